package store

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
)

// fileSystem is what a file lies on.
type fileSystem struct {
	magic int64  // the number by which the system knows file systems of a kind
	kind  string // its kind as it was mounted, such as fuse.sshfs, where the number stands for many; otherwise empty
}

// fuseMagic is the number of every file system that a program of its own provides.
const fuseMagic = 0x65735546

// networkMagics are the numbers of file systems whose files lie on another machine, as in the manual page statfs(2).
var networkMagics = map[int64]string{
	0x6969:     "NFS",
	0x517B:     "SMB",
	0xFE534D42: "SMB",
	0xFF534D42: "CIFS",
	0x5346414F: "AFS",
	0x6B414653: "AFS",
	0x73757245: "Coda",
	0x564C:     "NCP",
	0x00C36400: "Ceph",
	0x0BD00BD0: "Lustre",
	0x01161970: "GFS2",
	0x7461636F: "OCFS2",
	0x19830326: "BeeGFS",
	0x47504653: "GPFS",
}

// networkPrograms are the kinds of those that a program provides.
var networkPrograms = []string{
	"sshfs", "glusterfs", "s3fs", "s3ql", "gcsfuse", "goofys", "rclone", "davfs", "davfs2", "curlftpfs", "smbnetfs",
	"ceph", "ceph-fuse", "juicefs", "blobfuse", "blobfuse2", "mount-s3", "hdfs", "cvmfs", "gvfsd-fuse", "afp",
}

// network names a file system whose files lie on another machine; it is empty for any other.
func (f fileSystem) network() string {
	if f.magic != fuseMagic {
		return networkMagics[f.magic&0xFFFFFFFF] // the system gives it with a sign on some machines
	}
	kind := strings.TrimPrefix(f.kind, "fuse.")
	for _, program := range networkPrograms {
		if strings.EqualFold(kind, program) {
			return f.kind
		}
	}
	return ""
}

// refuseNetwork fails for a file on a network share. SQLite trusts the locks of the file system and memory that its
// processes share, and neither reaches from one machine to another: https://sqlite.org/useovernet.html.
func (o Options) refuseNetwork(path string) error {
	of := o.fileSystem
	if of == nil {
		of = fileSystemOf
	}
	found, err := of(path)
	if errors.Is(err, fs.ErrNotExist) {
		found, err = of(filepath.Dir(path)) // the file is yet to be made
	}
	if err != nil {
		return nil // a system that does not say is no reason to refuse
	}
	if name := found.network(); name != "" {
		return fmt.Errorf("%w (%s): locks do not hold there; put the file on a disk of this machine, or use PostgreSQL", ErrNetworkShare, name)
	}
	return nil
}
