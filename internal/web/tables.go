package web

// tableRoutes registers the tables of pages as files for spreadsheets.
func (s *Server) tableRoutes(r router) {}
