"""Pages for coordinators: the board, a request, people, the rota."""
