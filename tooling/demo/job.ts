import type { Runtime } from '@moorage/runtime-core'
import { serverPort } from './cast.ts'
import type { JobContext } from './job-context.ts'
import { abortFollow, follow } from './follow.ts'
import { formatDuration } from './screen.ts'

const page = 'hello from the volume, over the network, by name'
const questions = 4
/** Removing must go on after Ctrl-C, and yet not for ever. */
const removeDeadlineMs = 60_000

/** A server and a client that talk over a network, a volume, an exec, and logs: each step removes at the end what it made. */
export async function runJob(context: JobContext): Promise<void> {
  const image = await bringImage(context)
  await makeNetworkAndVolume(context)
  const server = await startServer(context, image)
  await writePage(context, server)
  await askServer(context, image)
  await abortLogs(context, server)
}

async function bringImage({ runtime, cast, screen, cleanup, signal }: JobContext): Promise<string> {
  const told = { present: 'the engine has it', made: 'made here from busybox', pulled: 'pulled' }
  const { reference, origin } = await screen.step({
    subject: 'image',
    doing: 'bringing an image with busybox',
    body: (progress) =>
      cast.image(runtime, { environment: process.env, signal, onEvent: ({ text }) => progress(text) }),
    done: (image) => `${image.reference} (${told[image.origin]})`,
  })
  if (origin !== 'present') {
    cleanup.add(`image ${reference}`, async () => {
      await runtime.removeImage(reference, { signal: AbortSignal.timeout(removeDeadlineMs) })
    })
  }
  return reference
}

async function makeNetworkAndVolume({ runtime, screen, cleanup, signal, prefix, labels }: JobContext): Promise<void> {
  const name = prefix
  await screen.step({
    subject: 'network',
    doing: `creating ${name}`,
    body: async () => {
      const { id } = await runtime.createNetwork({ name, labels }, { signal })
      cleanup.add(`network ${name}`, () => runtime.removeNetwork(id, { signal: AbortSignal.timeout(removeDeadlineMs) }))
    },
    done: () => name,
  })
  await screen.step({
    subject: 'volume',
    doing: `creating ${name}`,
    body: async () => {
      await runtime.createVolume({ name, labels }, { signal })
      cleanup.add(`volume ${name}`, () => runtime.removeVolume(name, { signal: AbortSignal.timeout(removeDeadlineMs) }))
    },
    done: () => name,
  })
}

async function startServer(context: JobContext, image: string): Promise<string> {
  const { runtime, cast, screen, signal, prefix } = context
  return screen
    .step({
      subject: 'server',
      doing: 'starting a container on the network, with the volume at /data',
      body: async () => {
        const id = await runContainer(context, 'server', {
          image,
          command: cast.serve,
          networks: [{ network: prefix, aliases: ['server'] }],
          mounts: [{ type: 'volume', source: prefix, target: '/data' }],
        })
        const { status, networks } = await runtime.inspectContainer(id, { signal })
        return { id, told: `${status} at ${networks[0]?.ipv4Address ?? 'no address'}, port ${serverPort}` }
      },
      done: ({ told }) => `${prefix}-server ${told}`,
    })
    .then(({ id }) => id)
}

async function writePage({ runtime, cast, screen, signal }: JobContext, server: string): Promise<void> {
  await screen.step({
    subject: 'exec',
    doing: 'writing a page into the volume with a second process in the server',
    body: async () => {
      const result = await runtime.execContainer(server, { command: cast.writePage(page) }, { signal })
      for (const line of `${result.stdout}${result.stderr}`.trimEnd().split('\n')) screen.output(line)
      if (result.exitCode !== 0) throw new Error(`The exec in the server ended with exit code ${result.exitCode}.`)
      return result
    },
    done: ({ exitCode }) => `a process in the server wrote a page, exit code ${exitCode}`,
  })
}

async function askServer(context: JobContext, image: string): Promise<void> {
  const { runtime, cast, screen, signal, prefix } = context
  const client = await screen.step({
    subject: 'client',
    doing: 'starting a second container on the network',
    body: () =>
      runContainer(context, 'client', { image, command: cast.ask(questions), networks: [{ network: prefix }] }),
    done: () => `${prefix}-client asks http://server:${serverPort}/ ${questions} times`,
  })
  await screen.step({
    subject: 'logs',
    doing: 'following what the client writes, as it comes',
    body: () => follow(context, client),
    done: (lines) => `${lines} lines, each as it came`,
  })
  await screen.step({
    subject: 'wait',
    doing: 'waiting for the client',
    body: async () => {
      const { exitCode } = await runtime.waitContainer(client, { signal })
      if (exitCode !== 0) throw new Error(`The client ended with exit code ${exitCode}: it did not reach the server.`)
      return exitCode
    },
    done: (exitCode) => `the client ended with exit code ${exitCode}`,
  })
}

async function abortLogs(context: JobContext, server: string): Promise<void> {
  await context.screen.step({
    subject: 'abort',
    doing: 'following the server, and aborting in the middle',
    body: () => abortFollow(context, server),
    done: (latencyMs) => `the follow rejected ${formatDuration(latencyMs)} after the abort, with the signal's reason`,
  })
}

type ContainerPart = Omit<Parameters<Runtime['runContainer']>[0], 'name' | 'labels'>

async function runContainer(context: JobContext, part: 'server' | 'client', spec: ContainerPart): Promise<string> {
  const { runtime, cleanup, signal, prefix, labels } = context
  const name = `${prefix}-${part}`
  const { id } = await runtime.runContainer({ ...spec, name, labels }, { signal })
  cleanup.add(`container ${name}`, () =>
    runtime.removeContainer(id, {
      force: true,
      removeVolumes: true,
      missing: 'ignore',
      signal: AbortSignal.timeout(removeDeadlineMs),
    }),
  )
  return id
}
