"""What leaves the house: console, SMS, email."""
