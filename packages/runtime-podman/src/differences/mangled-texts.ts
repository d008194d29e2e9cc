import { RuntimeError, type ContainerSpec } from '@moorage/runtime-core'
import type { Difference } from './difference.ts'

/** A text of a spec, and the field that it stands in. */
type FieldText = readonly [field: string, text: string]

/** Texts that Podman's Docker-compatible create puts together to a line, and takes apart at other places. */
interface MangledText {
  readonly texts: (spec: ContainerSpec) => readonly FieldText[]
  readonly isMangled: (text: string) => boolean
  /** What such a text must not have. */
  readonly expected: string
  readonly what: string
}

const keys = (field: string, map: Readonly<Record<string, string>> = {}): readonly FieldText[] =>
  Object.keys(map).map((key) => [field, key])

const mangled: readonly MangledText[] = [
  {
    texts: ({ mounts = [] }) =>
      mounts.flatMap((mount, index): readonly FieldText[] => [
        ...('source' in mount && mount.source !== undefined
          ? [[`spec.mounts[${index}].source`, mount.source] as const]
          : []),
        [`spec.mounts[${index}].target`, mount.target],
        ...('subpath' in mount && mount.subpath !== undefined
          ? [[`spec.mounts[${index}].subpath`, mount.subpath] as const]
          : []),
      ]),
    isMangled: (text) => /[",\r\n]/.test(text),
    expected: 'no comma, double quote or line end',
    what: 'The parts of a mount become one line with commas: what follows a comma in a path is an option.',
  },
  {
    texts: ({ labels }) => keys('spec.labels', labels),
    isMangled: (key) => key.includes('='),
    expected: 'no `=` in a key',
    what: 'A label becomes `key=value`: a key with `=` comes back as another one.',
  },
  {
    texts: ({ env }) => keys('spec.env', env),
    isMangled: (name) => name.trimStart() !== name,
    expected: 'no blank at the beginning of a name',
    what: 'Blanks at the beginning of a variable’s name are cut off.',
  },
  {
    texts: ({ devices = [] }) =>
      devices.flatMap(({ hostPath, containerPath = '' }, index): readonly FieldText[] => [
        [`spec.devices[${index}].hostPath`, hostPath],
        [`spec.devices[${index}].containerPath`, containerPath],
      ]),
    isMangled: (path) => path.includes(':'),
    expected: 'no colon',
    what: 'A device becomes `host:container:permissions`: a path with a colon is another device.',
  },
  {
    texts: ({ sysctls = {} }) =>
      Object.entries(sysctls)
        .flat()
        .map((text) => ['spec.sysctls', text]),
    isMangled: (text) => text.includes('=') || text.trim() !== text,
    expected: 'no `=`, and no blank at its ends, in a key or a value',
    what: 'A kernel setting becomes `key=value`, and must have one `=` and no blanks at the ends.',
  },
  {
    texts: ({ storageOptions, logDriver }) => [
      ...keys('spec.storageOptions', storageOptions),
      ...keys('spec.logDriver.options', logDriver?.options),
    ],
    isMangled: (key) => key.includes('='),
    expected: 'no `=` in a key',
    what: 'An option becomes `key=value`: a key with `=` comes back as another one.',
  },
  {
    texts: ({ dns }) => (dns?.servers ?? []).map((server, index) => [`spec.dns.servers[${index}]`, server]),
    isMangled: (server) => server.includes('%'),
    expected: 'no zone',
    what: 'A server of DNS with a zone, such as `fe80::1%eth0`, becomes no address at all.',
  },
]

/** Refuses texts that would come back as others, and paths that would be others. */
export function refuseMangledTexts(spec: ContainerSpec): void {
  for (const { texts, isMangled, expected } of mangled) {
    const found = texts(spec).find(([, text]) => isMangled(text))
    if (found === undefined) continue
    const [field] = found
    throw new RuntimeError('UNSUPPORTED', {
      // A key or a path is not quoted: messages end up in logs.
      message: `createContainer: Podman cannot take this \`${field}\` as it is: it must have ${expected}. Choose another text.`,
      operation: 'createContainer',
      details: { field },
    })
  }
}

export const mangledTextDifferences: readonly Difference[] = mangled.map(({ what }) => ({
  what,
  seenOn: '5.4',
  forcedBy: 'containers/names/are-the-same-or-refused',
}))
