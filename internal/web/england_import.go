package web

func (s *Server) englandImportRoutes(r router) {}
