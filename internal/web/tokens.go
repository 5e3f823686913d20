package web

// tokenRoutes registers the page on which somebody keeps their tokens.
func (s *Server) tokenRoutes(r router) {}
