"""What the rider sees: the ride engine, the player, the screens, and the app that joins them."""
