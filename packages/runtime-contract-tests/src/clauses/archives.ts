import { must, type Clauses } from './clause.ts'

/** Files that go into a container and out of it. */
export const archives = {
  'file.round-trip': must('What writeFile has written readFile reads byte for byte, and so does a process.'),
  'file.mounts': must(
    'A file that is written, read or copied on any mount (a volume, a bind, a tmpfs, `/dev/shm`), also through links, is the one that processes see; or the call rejects with UNSUPPORTED naming `path`, its message has the path, and nothing is changed.',
  ),
  'file.read-only': must(
    'A write to a read-only mount, or below a read-only root, rejects with UNSUPPORTED naming `path`, and nothing is changed, whether the container runs or not.',
  ),
  'archive.mounts': must(
    'An entry of an archive that lies on a mount below the directory is unpacked where processes see it, or copyToContainer rejects with UNSUPPORTED naming `archive`; a directory with such a mount is copied with the files that processes see there, or copyFromContainer rejects with UNSUPPORTED naming `path`.',
  ),
  'file.source': must('writeFile takes text, bytes, and iterables of both.'),
  'source.bytes': must(
    'A source that yields what are no bytes rejects with INVALID_ARGUMENT naming it, and one that fails with its own error; nothing is made of either.',
  ),
  'file.metadata': must('writeFile gives the file its mode and its owner: 0644 and root unless told otherwise.'),
  'file.replaces': must(
    'writeFile replaces a file that is there, and writes through a link to its target, also where that does not exist yet.',
  ),
  'file.link': must('readFile follows links.'),
  'file.limit': must('readFile of a file with more than `maxBytes` rejects with OUTPUT_LIMIT.'),
  'file.directory': must('readFile and writeFile of a directory reject with INVALID_ARGUMENT naming `path`.'),
  'file.stopped': must('Files of a container that was never started, or has ended, can be read and written.'),

  'path.stat': must('statPath tells name, type, mode and size, and of a link where it leads to.'),
  'path.exact': must(
    'A path names one file, whatever characters its name has: none of them is a pattern, a separator of a list or an escape, and blanks and line ends at its ends count.',
  ),
  'path.missing': must('A path that is not there rejects with PATH_NOT_FOUND, and nothing is made.'),

  'archive.unpack': must(
    'copyToContainer unpacks files, directories and links below the directory, with their modes and names of every script.',
  ),
  'archive.owner': must(
    'What copyToContainer unpacks belongs to root; with `preserveOwner`, to whom the archive says.',
  ),
  'archive.pack': must(
    'copyFromContainer gives a tar stream whose names begin with the last part of the path, with modes and links; owners may all be told as root.',
  ),
  'archive.large': must('A file of many megabytes goes in and out whole.'),
  'archive.stays-within': must(
    'An archive with an entry, or a hard link, that leaves the directory is refused with INVALID_ARGUMENT naming `archive`, and nothing outside is touched.',
  ),
  'archive.own-links': must(
    'An archive whose entry would be written outside of the directory through a symbolic link of the same archive, or whose hard link names a file behind one, is refused with INVALID_ARGUMENT that names the entry; links that stay within the directory, relative or absolute, are followed.',
  ),
  'archive.bytes': must(
    'copyToContainer unpacks what PAX records state: sparse files of the PAX format with their holes, extended attributes of any bytes, and names that are not UTF-8.',
  ),
  'archive.types': must(
    'An archive with an entry that engines would unpack as something else (a sparse file of the GNU or an unknown format, a contiguous file, an unknown type, a name in a global PAX header) is refused with INVALID_ARGUMENT that names the entry.',
  ),
  'archive.refused-whole': must('Of a refused archive of at most 16 MiB, nothing is unpacked.'),
  'archive.empty': must('copyToContainer of an archive without an entry rejects with INVALID_ARGUMENT.'),
  'archive.malformed': must('What is no tar stream, or ends too early, is refused with INVALID_ARGUMENT.'),
  'archive.leave': must('Leaving copyFromContainer ends it at once, also in the middle of a file.'),
} as const satisfies Clauses
