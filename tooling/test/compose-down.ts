import { mkdir, rm, writeFile } from 'node:fs/promises'
import type { ComposeProject } from '@moorage/runtime-core'
import { expect, it, onTestFinished } from 'vitest'
import { composeFailure, deadlineMs, type ComposeUnderTest } from './compose-project.ts'

const projectLabel = 'com.docker.compose.project'

/** What a `composeDown` removes, and what stays. */
export function composeDownTakesItsOwn(at: ComposeUnderTest, image: string): void {
  const service = (more: object = {}): object => ({ image, command: 'sleep 1000', stop_grace_period: '0s', ...more })
  const write = (model: object): Promise<void> => at.write('compose.yaml', JSON.stringify({ name: at.name, ...model }))

  /** The volumes of the test that are left, without the project's name; those that no project made go after it. */
  async function volumes(): Promise<readonly string[]> {
    const listed = await at.runtime.listVolumes()
    return listed
      .filter(({ name }) => name.startsWith(`${at.name}_`))
      .map(({ name }) => name.slice(at.name.length + 1))
      .toSorted()
  }
  async function createVolume(name: string, labels: Readonly<Record<string, string>> = {}): Promise<void> {
    onTestFinished(() => at.runtime.removeVolume(`${at.name}_${name}`))
    await at.runtime.createVolume({ name: `${at.name}_${name}`, labels })
  }
  async function containers(): Promise<readonly string[]> {
    const listed = await at.runtime.listContainers({ labels: { [projectLabel]: at.name } })
    return listed.map(({ name }) => name.slice(at.name.length + 1)).toSorted()
  }
  /** A service with a volume of its own, one that is external, one made by hand, and an anonymous one. */
  async function withVolumes(): Promise<void> {
    await createVolume('external', { [projectLabel]: at.name })
    await createVolume('by-hand')
    const mounts = ['data:/data', 'external:/external', 'hand:/hand', '/anonymous']
    await write({
      services: { web: service({ volumes: mounts }) },
      volumes: {
        data: {},
        external: { external: true, name: `${at.name}_external` },
        hand: { name: `${at.name}_by-hand` },
      },
    })
    await at.runtime.composeUp(at.project)
  }
  /** A project in another folder of the same name, which names the project. */
  async function folder(parent: string, model: object): Promise<ComposeProject> {
    const workingDirectory = `${at.folder}/${parent}/${at.name}`
    await mkdir(workingDirectory, { recursive: true })
    await writeFile(`${workingDirectory}/compose.yaml`, JSON.stringify(model))
    return { workingDirectory }
  }
  const oneOff = (name: string): Promise<unknown> =>
    at.runtime.runContainer({
      image,
      command: ['sleep', '1000'],
      name: `${at.name}-${name}`,
      labels: {
        [projectLabel]: at.name,
        'com.docker.compose.service': 'web',
        'com.docker.compose.oneoff': 'True',
        'com.docker.compose.config-hash': 'none',
        'com.docker.compose.project.working_dir': at.folder,
      },
      networks: [{ network: `${at.name}_default` }],
    })

  it('keeps external volumes and volumes that it did not make', { timeout: deadlineMs }, async () => {
    await withVolumes()
    const { mounts } = await at.runtime.inspectContainer(`${at.name}-web-1`)
    const anonymous = mounts.find(({ target }) => target === '/anonymous')?.source ?? ''
    await at.runtime.composeDown(at.project)
    expect(await volumes()).toEqual(['by-hand', 'data', 'external'])
    await at.runtime.removeVolume(anonymous)
    await at.runtime.composeUp(at.project)
    const again = await at.runtime.inspectContainer(`${at.name}-web-1`)
    const renewed = again.mounts.find(({ target }) => target === '/anonymous')?.source ?? ''
    await at.runtime.composeDown(at.project, { removeVolumes: true, removeOrphans: true })
    expect(await volumes()).toEqual(['by-hand', 'external'])
    expect(await at.runtime.listVolumes({ name: renewed })).toEqual([])
    expect((await at.leftOf()).slice(0, 2)).toEqual([0, 0])
  })

  it('keeps external volumes where all others are its own', { timeout: deadlineMs }, async () => {
    await createVolume('external', { [projectLabel]: at.name })
    await write({
      services: { web: service({ volumes: ['data:/data', 'external:/external', '/anonymous'] }) },
      volumes: { data: {}, external: { external: true, name: `${at.name}_external` } },
    })
    await at.runtime.composeUp(at.project)
    const { mounts } = await at.runtime.inspectContainer(`${at.name}-web-1`)
    await at.runtime.composeDown(at.project, { removeVolumes: true })
    expect(await volumes()).toEqual(['external'])
    const anonymous = mounts.find(({ target }) => target === '/anonymous')?.source ?? ''
    expect(await at.runtime.listVolumes({ name: anonymous })).toEqual([])
  })

  it('goes by the label of the project where only the name is given', { timeout: deadlineMs }, async () => {
    await write({ services: { web: service({ volumes: ['data:/data'] }) }, volumes: { data: {} } })
    await createVolume('by-hand')
    await at.runtime.composeUp(at.project)
    await at.runtime.composeDown({ projectName: at.name })
    expect([await at.leftOf(), await volumes()]).toEqual([
      [0, 0, 1],
      ['by-hand', 'data'],
    ])
    await at.runtime.composeDown({ projectName: at.name }, { removeVolumes: true })
    expect(await volumes()).toEqual(['by-hand'])
  })

  it('goes by the name where the files are gone', { timeout: deadlineMs }, async () => {
    await write({ services: { web: service({ volumes: ['data:/data'] }) }, volumes: { data: {} } })
    await at.runtime.composeUp(at.project)
    await rm(`${at.folder}/compose.yaml`)
    await at.runtime.composeDown({ ...at.project, projectName: at.name }, { removeVolumes: true })
    expect(await at.leftOf()).toEqual([0, 0, 0])
  })

  it('removes no volume while files exist that cannot be read', { timeout: deadlineMs }, async () => {
    await withVolumes()
    await at.write('compose.yaml', 'services: [')
    const project = { ...at.project, projectName: at.name }
    const error = await composeFailure(at.runtime.composeDown(project, { removeVolumes: true }))
    expect(error.details.kind).toBe('invalid-file')
    expect(error.message).toContain('nothing was removed')
    expect(await containers()).toEqual(['web-1'])
    await at.runtime.composeDown(project)
    expect([await containers(), await volumes()]).toEqual([[], ['by-hand', 'data', 'external']])
  })

  it('removes services that the files do not name only with `removeOrphans`', { timeout: deadlineMs }, async () => {
    await write({ services: { web: service(), former: service() } })
    await at.runtime.composeUp(at.project)
    await write({ services: { web: service() } })
    await at.runtime.composeDown(at.project)
    expect(await containers()).toEqual(['former-1'])
    await at.runtime.composeDown(at.project, { removeOrphans: true })
    expect(await at.leftOf()).toEqual([0, 0, 0])
  })

  it('removes services of every profile, and every replica', { timeout: deadlineMs }, async () => {
    await write({ services: { web: service({ deploy: { replicas: 2 } }), night: service({ profiles: ['night'] }) } })
    await at.runtime.composeUp({ ...at.project, profiles: ['night'] })
    expect(await containers()).toEqual(['night-1', 'web-1', 'web-2'])
    await at.runtime.composeDown(at.project)
    expect(await at.leftOf()).toEqual([0, 0, 0])
  })

  it('removes a service of a profile whose env file is gone', { timeout: deadlineMs }, async () => {
    await at.write('night.env', 'WORD=moon\n')
    await write({ services: { web: service(), night: service({ profiles: ['night'], env_file: ['night.env'] }) } })
    await at.runtime.composeUp({ ...at.project, profiles: ['night'] })
    await rm(`${at.folder}/night.env`)
    await at.runtime.composeDown(at.project)
    expect(await at.leftOf()).toEqual([0, 0, 0])
  })

  it('names a container of `compose run`, and the option that removes it', { timeout: deadlineMs }, async () => {
    await write({ services: { web: service() } })
    await at.runtime.composeUp(at.project)
    await oneOff('run-1')
    for (const project of [at.project, { projectName: at.name }]) {
      const error = await composeFailure(at.runtime.composeDown(project))
      expect(error.message).toContain(`${at.name}-run-1`)
      expect(error.message).toContain('removeOrphans')
      expect(await containers()).toEqual(['run-1'])
    }
    await at.runtime.composeDown(at.project, { removeOrphans: true, timeoutMs: 0 })
    expect(await at.leftOf()).toEqual([0, 0, 0])
  })

  it('keeps a network that another container is attached to', { timeout: deadlineMs }, async () => {
    await write({ services: { web: service() } })
    await at.runtime.composeUp(at.project)
    const network = `${at.name}_default`
    const other = await at.runtime.runContainer({ image, command: ['sleep', '1000'], networks: [{ network }] })
    onTestFinished(() => at.runtime.removeContainer(other.id, { force: true, missing: 'ignore' }))
    await at.runtime.composeDown(at.project)
    expect(await at.leftOf()).toEqual([0, 1, 0])
    expect((await at.runtime.inspectContainer(other.id)).status).toBe('running')
    await at.runtime.removeContainer(other.id, { force: true })
  })

  it('leaves a project of another folder of the same name alone', { timeout: deadlineMs }, async () => {
    const one = await folder('one', { services: { web: service({ volumes: ['data:/data'] }) }, volumes: { data: {} } })
    const two = await folder('two', { services: { api: service({ volumes: ['logs:/logs'] }) }, volumes: { logs: {} } })
    await at.runtime.composeUp(one)
    expect((await at.runtime.composeUp(two)).map((each) => each.service)).toEqual(['api'])
    expect((await at.runtime.composePs(one)).map((each) => each.service)).toEqual(['web'])
    expect(await at.runtime.findComposeContainer(one, 'api')).toBeUndefined()
    await at.runtime.composeDown(two, { removeVolumes: true, removeOrphans: true })
    expect([await containers(), await volumes()]).toEqual([['web-1'], ['data']])
    await at.runtime.stopContainer(`${at.name}-web-1`, { timeoutMs: 0 })
    await at.runtime.composeDown(two)
    await at.runtime.startContainer(`${at.name}-web-1`)
    await at.runtime.composeDown(one, { removeVolumes: true })
    expect(await at.leftOf()).toEqual([0, 0, 0])
  })

  it('leaves a service of the same name in another folder alone', { timeout: deadlineMs }, async () => {
    const model = { services: { web: service({ volumes: ['data:/data'] }) }, volumes: { data: {} } }
    const one = await folder('one', model)
    const two = await folder('two', model)
    const [web] = await at.runtime.composeUp(one)
    const error = await composeFailure(at.runtime.composeUp(two))
    expect(error.details).toMatchObject({ kind: 'name-in-use', service: 'web' })
    expect(error.message).toContain(`/one/${at.name}`)
    await at.runtime.composeDown(two, { removeVolumes: true, removeOrphans: true })
    expect([await containers(), await volumes()]).toEqual([['web-1'], ['data']])
    expect((await at.runtime.composePs(one)).map((each) => each.containerId)).toEqual([web?.containerId])
    expect(await at.runtime.composePs(two)).toEqual([])
  })

  it('takes over what a name that the caller chose has in another folder', { timeout: deadlineMs }, async () => {
    const model = { services: { web: service() } }
    const one = { ...(await folder('one', model)), projectName: at.name }
    const two = { ...(await folder('two', model)), projectName: at.name }
    const [first] = await at.runtime.composeUp(one)
    const [second] = await at.runtime.composeUp(two)
    expect(second?.containerId).not.toBe(first?.containerId)
    await at.runtime.composeDown(one, { removeVolumes: true, removeOrphans: true })
    expect(await containers()).toEqual(['web-1'])
    await at.runtime.composeDown(two)
    expect(await at.leftOf()).toEqual([0, 0, 0])
  })

  it('keeps an image that only has the name of one that it built', { timeout: deadlineMs }, async () => {
    const reference = `${at.name}-web:latest`
    await mkdir(`${at.folder}/web`)
    await writeFile(`${at.folder}/web/Dockerfile`, `FROM ${image}\nCMD ["sleep", "1000"]\n`)
    await write({ services: { web: { build: './web', stop_grace_period: '0s' } } })
    await at.runtime.tagImage(image, reference)
    onTestFinished(async () => void (await at.runtime.removeImage(reference, { missing: 'ignore' })))
    await at.runtime.composeDown(at.project, { removeImages: 'local' })
    expect(await at.runtime.listImages({ reference })).toHaveLength(1)
    await at.up({ build: 'always' })
    await at.runtime.composeDown(at.project)
    await at.runtime.composeDown(at.project, { removeImages: 'local' })
    expect(await at.runtime.listImages({ reference })).toEqual([])
  })
}
