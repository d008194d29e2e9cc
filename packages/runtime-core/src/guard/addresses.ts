import { check, type Check } from './checks.ts'

/** The bytes of an address, 4 or 16 of them; `undefined` for what is none. */
function addressBytes(text: unknown): readonly number[] | undefined {
  if (typeof text !== 'string') return undefined
  return text.includes(':') ? bytesOfIpv6(text) : bytesOfIpv4(text)
}

/** Four decimal numbers: engines take other forms, such as `127.1`, for no address at all. */
function bytesOfIpv4(text: string): readonly number[] | undefined {
  const parts = text.split('.')
  const areBytes = parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)
  return parts.length === 4 && areBytes ? parts.map(Number) : undefined
}

/** Eight groups, of which one run may be `::` and the last two an address of IPv4; no brackets and no zone. */
function bytesOfIpv6(text: string): readonly number[] | undefined {
  const halves = text.split('::')
  const read = halves.map((half, index) => bytesOfGroups(half, index === halves.length - 1))
  if (halves.length > 2 || read.includes(undefined)) return undefined
  const [head = [], tail = []] = read
  if (halves.length === 1) return head.length === 16 ? head : undefined
  const missing = 16 - head.length - tail.length
  return missing >= 2 ? [...head, ...Array.from({ length: missing }, () => 0), ...tail] : undefined
}

/** An address of IPv4 is at the end of the whole text only. */
function bytesOfGroups(half: string, isEnd: boolean): readonly number[] | undefined {
  if (half === '') return []
  const bytes: number[] = []
  const groups = half.split(':')
  for (const [index, group] of groups.entries()) {
    const embedded = isEnd && index === groups.length - 1 && group.includes('.') ? bytesOfIpv4(group) : undefined
    if (embedded !== undefined) bytes.push(...embedded)
    else if (/^[0-9a-f]{1,4}$/i.test(group))
      bytes.push(Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff)
    else return undefined
  }
  return bytes
}

const hasBytes =
  (count: number) =>
  (value: unknown): boolean =>
    addressBytes(value)?.length === count

export const ipAddress = check(
  'an IP address such as `10.1.0.2` or `fd00::2`',
  (value) => addressBytes(value) !== undefined,
)
/** The resolver takes a link-local address with its interface, such as `fe80::1%eth0`. */
export const dnsServer = check('an IP address such as `10.1.0.2`, `fd00::2` or `fe80::1%eth0`', (value) => {
  const [, linkLocal] = /^(fe[89ab][0-9a-f]:[^%]*)%[\w.-]{1,15}$/i.exec(String(value)) ?? []
  return typeof value === 'string' && addressBytes(linkLocal ?? value) !== undefined
})
export const ipv4Address = check('an IPv4 address such as `10.1.0.2`', hasBytes(4))
export const ipv6Address = check('an IPv6 address such as `fd00::2`', hasBytes(16))

/** Docker publishes on every interface where it is given anything else. */
export const hostAddress = check(
  'an IP address of the host such as `127.0.0.1` or `::1`, without brackets (for `localhost` publish on `127.0.0.1`, on `::1`, or on each of both)',
  (value) => addressBytes(value) !== undefined,
)

/** The address of an entry of `/etc/hosts`. */
export const hostsAddress = check(
  'an IP address, or `host-gateway`',
  (value) => value === 'host-gateway' || addressBytes(value) !== undefined,
)

/** A subnet in CIDR form, taken apart; `undefined` for what is none. */
function readSubnet(text: unknown): { readonly bytes: readonly number[]; readonly bits: number } | undefined {
  const [, address, length] = /^(.*)\/(\d{1,3})$/.exec(String(text)) ?? []
  const bytes = addressBytes(address)
  const bits = Number(length)
  return bytes !== undefined && bits <= bytes.length * 8 ? { bytes, bits } : undefined
}

/** A byte with its last bits, those of a host, set to 0. */
function networkByte(byte: number, index: number, bits: number): number {
  const ofNetwork = Math.min(8, Math.max(0, bits - index * 8))
  return byte & (0xff << (8 - ofNetwork)) & 0xff
}

export const subnet: Check = check('a subnet such as `10.1.0.0/24`, whose bits beyond the prefix are 0', (value) => {
  const read = typeof value === 'string' ? readSubnet(value) : undefined
  return read !== undefined && read.bytes.every((byte, index) => networkByte(byte, index, read.bits) === byte)
})

/** Whether an address is one of a subnet; both have been checked. */
export function isWithinSubnet(address: string, subnetText: string): boolean {
  const bytes = addressBytes(address)
  const within = readSubnet(subnetText)
  if (bytes === undefined || within === undefined || bytes.length !== within.bytes.length) return false
  return bytes.every((byte, index) => networkByte(byte, index, within.bits) === within.bytes[index])
}
