"""The pieces that screens are made of: each draws itself from plain properties and knows no cache and no network."""
