"""The door's HTTP layer, but for the staff console; `door.app` puts both together."""
