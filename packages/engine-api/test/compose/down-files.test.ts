import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter } from 'node:path'
import type { ComposeDownOptions, ComposeProject } from '@moorage/runtime-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ComposeRun, ComposeRunner } from '../../src/compose/cli.ts'
import { composeDown } from '../../src/compose/down.ts'
import type { EngineMethods } from '../../src/compose/engine-methods.ts'
import { composeFailed } from '../../src/compose/failures.ts'
import { Turns } from '../../src/compose/turns.ts'

const projectName = 'harbour'
const model = { name: projectName, services: { web: {} } }
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(`${tmpdir()}/moorage-down-`)
})
afterEach(() => rm(folder, { recursive: true }))

interface Container {
  readonly id: string
  readonly labels: Readonly<Record<string, string>>
}

/** Compose reads the files as `config` has it, and removes nothing itself. */
function project(config: () => string, containers: readonly Container[] = []) {
  const runs: ComposeRun[] = []
  const removed: string[] = []
  const cli: ComposeRunner = {
    async run(run) {
      runs.push(run)
      return run.verb[0] === 'config' ? config() : ''
    },
  }
  const engine = {
    listContainers: async () =>
      containers.filter(({ id }) => !removed.includes(id)).map((container) => ({ name: container.id, ...container })),
    listNetworks: async () => [],
    listVolumes: async () => [],
    inspectContainer: async () => ({ networks: [], mounts: [] }),
    stopContainer: async () => undefined,
    removeContainer: async (id: string) => void removed.push(id),
  } as unknown as EngineMethods
  const down = (given: ComposeProject, options: ComposeDownOptions = {}): Promise<void> =>
    composeDown(cli, engine, new Turns(), given, options)
  const verbs = (): readonly string[] => runs.map(({ verb }) => verb.join(' ')).filter((verb) => !/^config/.test(verb))
  return { runs, removed, down, verbs }
}

const fails = (kind: 'missing-file' | 'invalid-file') => (): never => {
  throw composeFailed({ operation: 'composeDown', kind, arguments: [], lastLines: [`${kind} it is`] })
}
const web = (id: string, workingDirectory: string): Container => ({
  id,
  labels: {
    'com.docker.compose.service': 'web',
    'com.docker.compose.project.working_dir': workingDirectory,
    'com.docker.compose.project.config_files': `${workingDirectory}/compose.yaml`,
  },
})

it('compose reads the files, with all profiles and without `--project-name`', async () => {
  const { runs, down } = project(() => JSON.stringify(model))
  await down({ workingDirectory: folder, projectName, env: { WORD: 'sown' } })
  const run = runs.find(({ verb }) => verb[0] === 'down')
  expect(run?.folder).toBeUndefined()
  // With `--project-name` and no `--file`, compose would go by labels.
  expect(run?.project).toEqual({
    workingDirectory: folder,
    profiles: ['*'],
    env: { WORD: 'sown', COMPOSE_PROJECT_NAME: projectName },
  })
})

it('compose reads no files where only the name is given', async () => {
  const { runs, down } = project(fails('invalid-file'))
  await down({ projectName }, { removeVolumes: true })
  expect(runs.map(({ verb, project: given }) => [verb, given])).toEqual([[['down', '--volumes'], { projectName }]])
})

describe('files that cannot be read', () => {
  it('leave the name where there is one', async () => {
    const { verbs, down } = project(fails('invalid-file'))
    await expect(down({ workingDirectory: folder })).rejects.toMatchObject({ details: { kind: 'invalid-file' } })
    await down({ workingDirectory: folder, projectName })
    expect(verbs()).toEqual(['down'])
  })

  it('keep volumes while they exist', async () => {
    await writeFile(`${folder}/compose.yaml`, 'services: [')
    const { verbs, down } = project(fails('invalid-file'))
    const coming = down({ workingDirectory: folder, files: ['compose.yaml'], projectName }, { removeVolumes: true })
    await expect(coming).rejects.toMatchObject({ code: 'COMPOSE_FAILED', details: { kind: 'invalid-file' } })
    expect(verbs()).toEqual([])
  })

  it.each([
    ['a misspelled name beside a file', { files: ['compose.yaml', 'overide.yaml'] }],
    ['a file that an existing one includes', { files: ['compose.yaml'] }],
    ['a folder of that name', { files: ['folder'] }],
    ['a link to nothing', { files: ['link.yaml'] }],
    ['an address', { files: ['https://example.com/compose.yaml'] }],
    ['a misspelled name in COMPOSE_FILE', { env: { COMPOSE_FILE: `compose.yaml${delimiter}overide.yaml` } }],
    ['no file that compose finds, though the folder has one', {}],
  ])('keep volumes in the case of %s', async (_what, given) => {
    await writeFile(`${folder}/compose.yaml`, '')
    await mkdir(`${folder}/folder`)
    await symlink('nowhere', `${folder}/link.yaml`)
    const { verbs, down } = project(fails('missing-file'))
    const coming = down({ workingDirectory: folder, projectName, ...given }, { removeVolumes: true })
    await expect(coming).rejects.toMatchObject({ code: 'COMPOSE_FAILED', details: { kind: 'missing-file' } })
    expect(verbs()).toEqual([])
  })

  it('keep volumes where the environment names an existing file and the folder is missing', async () => {
    await writeFile(`${folder}/compose.yaml`, '')
    const { verbs, down } = project(fails('missing-file'))
    const given = {
      workingDirectory: `${folder}/missing`,
      env: { COMPOSE_FILE: `${folder}/compose.yaml` },
      projectName,
    }
    await expect(down(given, { removeVolumes: true })).rejects.toMatchObject({ code: 'COMPOSE_FAILED' })
    expect(verbs()).toEqual([])
  })

  it.each([
    ['several files', { files: ['compose.yaml', 'more.yaml'] }],
    ['the folder', { workingDirectory: '/nowhere/at/all' }],
    ['the files of a missing folder', { workingDirectory: '/nowhere/at/all', files: ['compose.yaml'] }],
    ['all that compose searches for', {}],
  ])('leave volumes to the name once they are gone: %s', async (_what, given) => {
    const { verbs, down } = project(fails('missing-file'))
    await down({ workingDirectory: folder, projectName, ...given }, { removeVolumes: true })
    expect(verbs()).toEqual(['down --volumes'])
  })

  it('do not let another project of the same name go', async () => {
    const { verbs, down } = project(fails('missing-file'), [web('other', '/elsewhere')])
    const coming = down({ workingDirectory: folder, files: ['compose.yaml'], projectName })
    await expect(coming).rejects.toMatchObject({ message: expect.stringContaining('/elsewhere') })
    expect(verbs()).toEqual([])
  })
})

describe('another project of the same name', () => {
  it('keeps compose from removing orphans, which are removed by their labels', async () => {
    const other = { id: 'other', labels: { ...web('', '/elsewhere').labels, 'com.docker.compose.service': 'api' } }
    const orphan = { id: 'orphan', labels: { ...web('', folder).labels, 'com.docker.compose.service': 'former' } }
    const { verbs, removed, down } = project(() => JSON.stringify(model), [other, orphan])
    await down({ workingDirectory: folder }, { removeOrphans: true, timeoutMs: 1 })
    expect([verbs(), removed]).toEqual([['stop --timeout=1'], ['orphan']])
  })

  it('is left alone by compose where it has the same service', async () => {
    const { verbs, removed, down } = project(
      () => JSON.stringify(model),
      [web('other', '/elsewhere'), web('own', folder)],
    )
    await down({ workingDirectory: folder }, { removeOrphans: true })
    expect([verbs(), removed]).toEqual([[], ['own']])
  })

  it('is the same one where it has one of the files', async () => {
    const own = web('own', '/elsewhere')
    const labels = { ...own.labels, 'com.docker.compose.project.config_files': `/a.yaml,${folder}/compose.yaml` }
    await writeFile(`${folder}/compose.yaml`, '')
    const { verbs, down } = project(() => JSON.stringify(model), [{ ...own, labels }])
    await expect(down({ files: [`${folder}/compose.yaml`] })).rejects.toMatchObject({
      message: expect.stringContaining('own'),
    })
    expect(verbs()[0]).toBe('down')
  })
})
