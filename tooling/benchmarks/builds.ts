import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { promisify } from 'node:util'
import Dockerode from 'dockerode'
import { createDockerRuntime } from '@moorage/runtime-docker'
import { startCountingProxy } from '../test/counting-proxy.ts'

/**
 * Rebuilds of a folder of 200 MB in 5,000 files after a change of one of them, by this library, by dockerode, which sends
 * the whole folder as a tar stream, and by `docker build`: interleaved, in one run. Needs Docker; the command with its
 * BuildKit plugin is looked for in the PATH.
 */
const fileCount = 5000
const fileBytes = 40_000
const runs = 5
const deadlineMs = 300_000

const run = promisify(execFile)
const { MOORAGE_TEST_IMAGE: image = 'busybox', MOORAGE_TEST_COMPOSE_FOLDER: commandFolder } = process.env
const folder = await mkdtemp(`${tmpdir()}/moorage-benchmark-`)
await using runtime = await createDockerRuntime(hostOption())
const host = (await runtime.info()).endpoint ?? ''
const dockerode = new Dockerode({ socketPath: host.replace('unix://', '') })
const built = new Set<string>()

function hostOption(): { readonly host?: string } {
  const { MOORAGE_TEST_DOCKER_HOST: wanted } = process.env
  return wanted === undefined ? {} : { host: wanted }
}

const builders: Readonly<Record<string, () => Promise<unknown>>> = {
  moorage: async () => {
    const { id } = await runtime.buildImage(
      { context: { directory: folder } },
      { signal: AbortSignal.timeout(deadlineMs) },
    )
    built.add(id)
  },
  dockerode: async () => {
    const stream = await dockerode.buildImage({ context: folder, src: ['Dockerfile', 'cargo'] }, { version: '2' })
    const messages: readonly {
      readonly error?: string
      readonly id?: string
      readonly aux?: { readonly ID?: string }
    }[] = await new Promise((resolve, reject) => {
      dockerode.modem.followProgress(stream, (error, output) => (error ? reject(error) : resolve(output)))
    })
    for (const { error, id, aux } of messages) {
      if (error !== undefined) throw new Error(error)
      if (id === 'moby.image.id' && aux?.ID !== undefined) built.add(aux.ID)
    }
  },
  'docker build': async () => {
    const PATH = `${commandFolder ?? ''}:${process.env['PATH']}`
    const env = { ...process.env, PATH, DOCKER_HOST: host, ...(commandFolder && { DOCKER_CONFIG: commandFolder }) }
    const { stdout } = await run('docker', ['build', '--quiet', folder], { env, timeout: deadlineMs })
    built.add(stdout.trim())
  },
}

let changes = 0
async function change(): Promise<void> {
  changes += 1
  await writeFile(`${folder}/cargo/${(changes * 7) % 50}/${changes}`, randomBytes(fileBytes))
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await work()
  return (performance.now() - begun) / 1000
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN
}

try {
  await writeFile(`${folder}/Dockerfile`, `FROM ${image}\nRUN --mount=type=bind,target=/all test -d /all/cargo\n`)
  for (let index = 0; index < fileCount; index += 1) {
    const place = `${folder}/cargo/${index % 50}`
    await mkdir(place, { recursive: true })
    await writeFile(`${place}/${index}`, randomBytes(fileBytes))
  }
  const names = Object.keys(builders)
  const times = new Map<string, number[]>(names.map((name) => [name, []]))
  for (const name of names)
    console.log(`${name}, the first time: ${(await seconds(builders[name] ?? change)).toFixed(2)} s`)
  for (let round = 0; round < runs; round += 1) {
    // Each begins as often as the others.
    for (const name of [...names.slice(round % names.length), ...names.slice(0, round % names.length)]) {
      await change()
      times.get(name)?.push(await seconds(builders[name] ?? change))
    }
  }
  const own = median(times.get('moorage') ?? [])
  for (const [name, values] of times) {
    const each = values.map((value) => value.toFixed(2)).join(' ')
    const ratio = (median(values) / own).toFixed(2)
    console.log(`${name}, one file changed: median ${median(values).toFixed(2)} s (${ratio} of ours), all: ${each}`)
  }
  await using proxy = await startCountingProxy(host)
  await using counted = await createDockerRuntime({ host: proxy.host })
  await change()
  const before = proxy.sentBytes()
  built.add((await counted.buildImage({ context: { directory: folder } })).id)
  console.log(`sent after a change of ${fileBytes} bytes: ${proxy.sentBytes() - before} bytes`)
} finally {
  await rm(folder, { recursive: true })
  for (const id of built) await runtime.removeImage(id, { force: true })
}
