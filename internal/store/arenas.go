package store

/*
#if defined(__linux__)
#include <malloc.h>
#endif

// Of a C library other than glibc's nothing is asked: it has no arenas.
static void keep_few_arenas(int most) {
#if defined(__GLIBC__)
	mallopt(M_ARENA_MAX, most);
#endif
}
*/
import "C"

// mostArenas is how many heaps of its own the C library may keep for SQLite. By itself it makes eight for each processor, of which
// each grows to what was once needed at most and gives little back.
const mostArenas = 2

func init() { C.keep_few_arenas(mostArenas) } // before the first thread asks for memory
