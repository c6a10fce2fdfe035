"""The dispatch lab (派单试算): what a way of asking would have done, before it is switched on."""
