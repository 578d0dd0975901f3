"""The console's side of live classes: their clock, and a player that takes the quickest way that holds. No Kivy."""
