import { isWithin, plainFile, type FileTree } from '../engine/files.ts'
import type { FakeImageSpec, MountRecord } from '../engine/records.ts'
import { digestOf } from './digest.ts'
import { onLine, type Instruction } from './dockerfile.ts'
import { workingDirectoryOf } from './settings.ts'

/** What a step sees that does not become a part of the image. */
export interface StepMounts {
  readonly mounts: readonly MountRecord[]
  readonly env: Readonly<Record<string, string>>
  /** Of the files that are bound: other ones make it another step. */
  readonly digest: string
}

/** Where mounts come from. */
export interface MountSources {
  readonly image: FakeImageSpec
  readonly secrets: ReadonlyMap<string, Uint8Array>
  readonly agents: Readonly<Record<string, { readonly agentSocket: string }>>
  /** The files of a stage or an image; without a name those of the context. */
  readonly filesOf: (name: string | undefined) => Promise<FileTree>
  readonly cache: (id: string) => FileTree
}

const epoch = new Date(0)

/** The `--mount` flags of a RUN. */
export async function mountsOf(instruction: Instruction, sources: MountSources): Promise<StepMounts> {
  const mounts: MountRecord[] = []
  const env: Record<string, string> = {}
  const bound: string[] = []
  for (const { name, value } of instruction.flags) {
    if (name !== 'mount') continue
    const options = optionsIn(value)
    const { type = 'bind', id = '' } = options
    const isRequired = options['required'] === 'true' || options['required'] === ''
    if (type === 'secret') {
      const secretId = id === '' ? ((options['target'] ?? '').split('/').at(-1) ?? '') : id
      const content = sources.secrets.get(secretId)
      if (content === undefined && isRequired) throw onLine(instruction, `there is no secret \`${secretId}\``)
      if (content === undefined) continue
      const { env: variable, target = variable === undefined ? `/run/secrets/${secretId}` : undefined } = options
      if (variable !== undefined) env[variable] = new TextDecoder().decode(content)
      if (target === undefined) continue
      const file = new Map([['/secret', { ...plainFile(content, epoch), mode: 0o400 }]])
      mounts.push(mounted(sources, target, file, { base: '/secret', readOnly: true }))
    } else if (type === 'ssh') {
      const agent = sources.agents[id === '' ? 'default' : id]
      if (agent === undefined && isRequired) throw onLine(instruction, `there is no agent \`${id || 'default'}\``)
      if (agent !== undefined) env['SSH_AUTH_SOCK'] = agent.agentSocket
    } else {
      const { target = options['destination'] ?? options['dst'] } = options
      if (target === undefined) throw onLine(instruction, `\`${value}\` has no \`target\``)
      const found = await treeMount(instruction, { type, target, options }, sources)
      mounts.push(found)
      if (type === 'bind') bound.push(digestOf(new Map(), within(found)))
    }
  }
  return { mounts, env, digest: bound.join(' ') }
}

function within({ tree, base }: MountRecord): FileTree {
  return new Map([...tree].filter(([path]) => isWithin(path, base)))
}

interface TreeMount {
  readonly type: string
  readonly target: string
  readonly options: Readonly<Record<string, string | undefined>>
}

async function treeMount(
  instruction: Instruction,
  { type, target, options }: TreeMount,
  sources: MountSources,
): Promise<MountRecord> {
  switch (type) {
    case 'bind':
      return mounted(sources, target, await sources.filesOf(options['from']), {
        base: workingDirectoryOf({}, options['source'] ?? options['src'] ?? '/'),
        readOnly: true,
      })
    case 'cache':
      return mounted(sources, target, sources.cache(options['id'] ?? target), { base: '/', readOnly: false })
    case 'tmpfs':
      return mounted(sources, target, new Map(), { base: '/', readOnly: false })
    default:
      throw onLine(instruction, `the fake does not understand mounts of the type \`${type}\``)
  }
}

function mounted(
  { image }: MountSources,
  target: string,
  tree: FileTree,
  part: Pick<MountRecord, 'base' | 'readOnly'>,
): MountRecord {
  return { type: 'tmpfs', source: '', isAnonymous: false, target: workingDirectoryOf(image, target), tree, ...part }
}

function optionsIn(value: string): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    value.split(',').map((option) => {
      const [name = '', ...rest] = option.split('=')
      return [name, rest.join('=')]
    }),
  )
}
