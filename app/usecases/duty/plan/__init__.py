"""Planning, publishing and changing turns of duty."""
