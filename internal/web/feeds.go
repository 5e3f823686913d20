package web

// feedRoutes registers the feeds and the calendar.
func (s *Server) feedRoutes(r router) {}
