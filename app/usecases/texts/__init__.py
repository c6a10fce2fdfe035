"""What inbound texts and telephone keys do."""
