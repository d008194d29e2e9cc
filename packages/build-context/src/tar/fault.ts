/** Why bytes are not an archive that can be read; the message completes "is not a tar archive: …". */
export class TarFault extends Error {
  override readonly name = 'TarFault'
}
