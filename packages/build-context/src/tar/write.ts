import { BLOCK_BYTES, fields, sealBlock } from './block.ts'
import type { TarEntry, TarType } from './entry.ts'
import { bytesOfText } from './text.ts'

/** What `tarHeader` writes down of an entry. */
export type WrittenEntry = Pick<TarEntry, 'name' | 'type' | 'mode'> &
  Partial<Pick<TarEntry, 'linkName' | 'userId' | 'groupId' | 'modifiedAt' | 'sizeBytes'>>

const flags: Readonly<Record<TarType, string>> = {
  file: '0',
  'hard-link': '1',
  symlink: '2',
  'character-device': '3',
  'block-device': '4',
  directory: '5',
  fifo: '6',
  'contiguous-file': '7',
}

/** The blocks before an entry's content: a ustar header, and before it a PAX header with what does not fit into one. */
export function tarHeader({
  name,
  type,
  mode,
  linkName = '',
  userId = 0,
  groupId = 0,
  modifiedAt = 0,
  sizeBytes = 0,
}: WrittenEntry): Uint8Array {
  const block = new Uint8Array(BLOCK_BYTES)
  const records: Uint8Array[] = []
  const text = (field: 'name' | 'linkName', value: string, key: string): void => {
    const bytes = bytesOfText(value)
    const [start, end] = fields[field]
    block.set(bytes.subarray(0, end - start), start)
    const isPlain = bytes.byteLength <= end - start && bytes.every((byte) => byte < 0x80)
    if (!isPlain) records.push(recordOf(key, bytes))
  }
  const number = (field: 'mode' | 'userId' | 'groupId' | 'size' | 'modifiedAt', value: number, key: string): void => {
    const [start, end] = fields[field]
    const digits = value < 0 ? '' : value.toString(8)
    const isLong = value < 0 || digits.length > end - start - 1
    if (isLong) records.push(recordOf(key, Buffer.from(String(value))))
    block.set(Buffer.from((isLong ? '' : digits).padStart(end - start - 1, '0'), 'latin1'), start)
  }
  text('name', name, 'path')
  text('linkName', linkName, 'linkpath')
  number('mode', mode & 0o7777, 'mode')
  number('userId', userId, 'uid')
  number('groupId', groupId, 'gid')
  number('size', sizeBytes, 'size')
  number('modifiedAt', Math.floor(modifiedAt), 'mtime')
  block.set(Buffer.from(flags[type], 'latin1'), fields.type[0])
  block.set(Buffer.from('ustar\x0000', 'latin1'), fields.magic[0])
  sealBlock(block)
  if (records.length === 0) return block
  const content = Buffer.concat(records)
  const header = tarHeader({ name: 'PaxHeader', type: 'file', mode: 0o644, sizeBytes: content.byteLength })
  header.set(Buffer.from('x', 'latin1'), fields.type[0])
  sealBlock(header)
  return Buffer.concat([header, content, tarFiller(content.byteLength), block])
}

/** The length counts its own digits. */
function recordOf(key: string, value: Uint8Array): Uint8Array {
  const otherBytes = ` ${key}=\n`.length + value.byteLength
  let byteLength = otherBytes + 1
  while (String(byteLength).length + otherBytes !== byteLength) byteLength = String(byteLength).length + otherBytes
  return Buffer.concat([Buffer.from(`${byteLength} ${key}=`), value, Buffer.from('\n')])
}

/** What fills the last block of so much content. */
export function tarFiller(sizeBytes: number): Uint8Array {
  return new Uint8Array((BLOCK_BYTES - (sizeBytes % BLOCK_BYTES)) % BLOCK_BYTES)
}

/** What ends an archive. */
function tarEnd(): Uint8Array {
  return new Uint8Array(2 * BLOCK_BYTES)
}

/** An archive of entries that are in memory. */
export async function* tarOfEntries(
  entries: Iterable<{ readonly entry: WrittenEntry; readonly content: Uint8Array }>,
): AsyncGenerator<Uint8Array, undefined> {
  for (const { entry, content } of entries) {
    yield tarHeader({ ...entry, sizeBytes: content.byteLength })
    if (content.byteLength > 0) yield content
    yield tarFiller(content.byteLength)
  }
  yield tarEnd()
}
