"""What volunteers and coordinators see of duty."""
