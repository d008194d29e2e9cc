import { setTimeout as pause } from 'node:timers/promises'
import { expect, it, onTestFinished, vi } from 'vitest'
import { compose, composeFailure, deadlineMs, soonMs, type ComposeUnderTest } from './compose-project.ts'

/** What goes wrong with a project, and how it is told. */
export function composeFailures(at: ComposeUnderTest, image: string): void {
  it.each<readonly [string, string, string, RegExp]>([
    ['YAML that is none', 'services: [', 'invalid-file', /yaml/],
    ['a field that nobody knows', 'services: { web: { imaeg: x } }', 'invalid-file', /imaeg/],
    [
      'a cycle',
      'services: { a: { image: x, depends_on: [b] }, b: { image: x, depends_on: [a] } }',
      'dependency-cycle',
      /a -> b -> a|b -> a -> b/,
    ],
    ['a variable that is missing', 'services: { web: { image: "${NO_SUCH:?say it}" } }', 'missing-variable', /NO_SUCH/],
  ])('%s is told in compose’s own words', { timeout: deadlineMs }, async (_, text, kind, words) => {
    await at.write('compose.yaml', text)
    const error = await composeFailure(at.runtime.composeUp(at.project))
    expect(error.details.kind).toBe(kind)
    expect(error.message).toMatch(words)
  })

  it(
    'a file that is missing, a service that nobody knows, an option in disguise',
    { timeout: deadlineMs },
    async () => {
      const missing = await composeFailure(at.runtime.composeUp({ ...at.project, files: ['no-such.yaml'] }))
      expect(missing.details.kind).toBe('missing-file')
      expect(missing.message).toContain('no-such.yaml')
      expect((await composeFailure(at.runtime.composeUp(at.project, { services: ['nobody'] }))).details.kind).toBe(
        'unknown-service',
      )
      const disguised = await composeFailure(at.runtime.composeUp(at.project, { services: ['--help'] }))
      expect(disguised.details.kind).toBe('unknown-service')
      expect((await composeFailure(at.runtime.composeConfig({ ...at.project, files: ['-'] }))).details.kind).toBe(
        'missing-file',
      )
      await expect(at.runtime.composeConfig({ projectName: '--help' })).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
      })
    },
  )

  it('a service that is never healthy is named at the deadline', { timeout: deadlineMs }, async () => {
    const sick = `name: ${at.name}
services:
  sick: { image: ${image}, command: sleep 1000, stop_grace_period: 0s, healthcheck: { test: [CMD, "false"], interval: 500ms, retries: 1000 } }
`
    await at.write('compose.yaml', sick)
    const error = await composeFailure(at.up({ waitTimeoutMs: 3000 }))
    expect(error.details).toMatchObject({ kind: 'timeout', service: 'sick' })
    await at.write('compose.yaml', sick.replace('1000 } }', '2 } }'))
    expect((await composeFailure(at.up())).details).toMatchObject({ kind: 'unhealthy', service: 'sick' })
  })

  it('a job that fails is named, and volumes stay', { timeout: deadlineMs }, async () => {
    await at.write(
      'compose.yaml',
      `name: ${at.name}\nservices: { job: { image: ${image}, command: "sh -c 'exit 3'", volumes: ["data:/data"] } }\nvolumes: { data: {} }\n`,
    )
    const error = await composeFailure(at.up())
    expect(error.details).toMatchObject({ kind: 'job-failed', service: 'job' })
    expect(error.message).toContain('3')
    expect((await at.leftOf())[2]).toBe(1)
  })

  it('a service that another one waits for in vain is named, without a wait too', { timeout: deadlineMs }, async () => {
    const gated = (condition: string, command: string): string => `name: ${at.name}
services:
  web: { image: ${image}, command: sleep 1000, stop_grace_period: 0s, depends_on: { gate: { condition: ${condition} } } }
  gate: { image: ${image}, command: ${command}, stop_grace_period: 0s, healthcheck: { test: [CMD, "false"], interval: 500ms, retries: 1 } }
`
    await at.write('compose.yaml', gated('service_completed_successfully', '"false"'))
    const job = await composeFailure(at.runtime.composeUp(at.project))
    expect(job.details).toMatchObject({ kind: 'job-failed', service: 'gate' })
    await at.write('compose.yaml', gated('service_healthy', 'sleep 1000'))
    const sick = await composeFailure(at.runtime.composeUp(at.project))
    expect(sick.details).toMatchObject({ kind: 'unhealthy', service: 'gate' })
  })

  it('a job that nobody waits for is told by its exit code', { timeout: deadlineMs }, async () => {
    await at.write(
      'compose.yaml',
      `name: ${at.name}\nservices: { job: { image: ${image}, command: sh -c "exit 3" } }\n`,
    )
    await at.runtime.composeUp(at.project)
    await vi.waitFor(
      async () => expect(await at.runtime.composePs(at.project)).toMatchObject([{ service: 'job', exitCode: 3 }]),
      soonMs,
    )
  })

  it.each<readonly [string, object, string]>([
    [
      'a secret without its file',
      { services: { web: { image, secrets: ['word'] } }, secrets: { word: { file: './no-such.txt' } } },
      'missing-file',
    ],
    [
      'an external network that does not exist',
      { services: { web: { image, networks: ['sea'] } }, networks: { sea: { external: true, name: 'no-such' } } },
      'missing-network',
    ],
    [
      'an external volume that does not exist',
      { services: { web: { image, volumes: ['sea:/sea'] } }, volumes: { sea: { external: true, name: 'no-such' } } },
      'missing-volume',
    ],
    [
      'an image that is not to be pulled',
      { services: { web: { image: 'no-such:1', pull_policy: 'never' } } },
      'missing-image',
    ],
    ['a duration that is none', { services: { web: { image, stop_grace_period: 'soon' } } }, 'invalid-file'],
    ['a build context that does not exist', { services: { web: { build: './no-such' } } }, 'build'],
    ['a Dockerfile that does not exist', { services: { web: { build: '.' } } }, 'build'],
  ])('%s has its kind', { timeout: deadlineMs }, async (_, model, kind) => {
    await at.write('compose.yaml', JSON.stringify({ name: at.name, ...model }))
    expect((await composeFailure(at.runtime.composeUp(at.project))).details.kind).toBe(kind)
  })

  it('a name that another container has is named', { timeout: deadlineMs }, async () => {
    const name = `${at.name}-taken`
    const other = await at.runtime.createContainer({ image, name })
    onTestFinished(() => at.runtime.removeContainer(other.id))
    await at.write(
      'compose.yaml',
      JSON.stringify({ name: at.name, services: { web: { image, container_name: name } } }),
    )
    const error = await composeFailure(at.runtime.composeUp(at.project))
    expect(error.details.kind).toBe('name-in-use')
    expect(error.message).toContain(name)
  })

  it('a folder that is not there is named', { timeout: deadlineMs }, async () => {
    const workingDirectory = `${at.folder}/no-such`
    const error = await composeFailure(at.runtime.composeUp({ ...at.project, workingDirectory }))
    expect(error.details).toMatchObject({ kind: 'missing-file', files: [workingDirectory] })
  })

  it('an abort ends it at once, and what was made is found by its project', { timeout: deadlineMs }, async () => {
    const controller = new AbortController()
    await at.write('compose.yaml', compose(image).replace('touch /tmp/up', 'true'))
    const coming = at.up({ signal: controller.signal })
    coming.catch(() => undefined)
    const deadline = AbortSignal.timeout(soonMs)
    while ((await at.leftOf())[0] === 0 && !deadline.aborted) await pause(50)
    const reason = new Error('enough')
    const abortedAt = performance.now()
    controller.abort(reason)
    await expect(coming).rejects.toBe(reason)
    expect(performance.now() - abortedAt).toBeLessThan(1000)
    await at.runtime.composeDown({ projectName: at.name })
    expect((await at.leftOf()).slice(0, 2)).toEqual([0, 0])
  })
}
