import { stat } from 'node:fs/promises'
import { RuntimeError, type ComposeEvent, type ComposeProject } from '@moorage/runtime-core'
import type { EngineClient } from '../client/client.ts'
import { projectArguments, projectFolder } from './arguments.ts'
import { runCommand, type CommandOptions, type EndedCommand } from './command.ts'
import { inheritedEnvironment, ownEnvironment } from './environment.ts'
import { composeFailed, failureFiles, failureKind } from './failures.ts'
import { composeEvent, plainText } from './progress.ts'
import { findProvider, type ComposeProvider } from './provider.ts'
import { Relay } from './relay.ts'

/** One run of compose. */
export interface ComposeRun {
  readonly operation: string
  readonly project: ComposeProject
  /** The verb and what follows it. */
  readonly verb: readonly string[]
  readonly signal: AbortSignal | undefined
  readonly onEvent?: (event: ComposeEvent) => void
  /** Where files are looked for that nobody names. Default: the project's folder. */
  readonly folder?: string
}

/** What runs compose. */
export type ComposeRunner = Pick<ComposeCli, 'run'>

/** From here on compose tells progress as JSON. */
const jsonSince = [2, 30]

/** Compose's own command, on the same engine as the client. */
export class ComposeCli {
  readonly #client: EngineClient
  readonly #environment: Readonly<Record<string, string>>
  readonly #relay: Relay
  #provider: Promise<ComposeProvider> | undefined

  /** `environment`: what this engine needs besides. */
  constructor(client: EngineClient, environment: Readonly<Record<string, string>>) {
    this.#client = client
    this.#environment = environment
    this.#relay = new Relay(() => client.transport.openConnection())
  }

  close(): Promise<void> {
    return this.#relay.close()
  }

  /** Asked once; what was not found, or was aborted, is asked again. */
  async provider(operation: string, signal: AbortSignal | undefined): Promise<ComposeProvider> {
    for (;;) {
      const theirs = this.#provider
      if (theirs === undefined) return this.#ask(operation, signal)
      try {
        return await theirs
      } catch (error) {
        signal?.throwIfAborted()
        // Somebody else's abort is none of this call's.
        if (error instanceof RuntimeError) throw error
      }
    }
  }

  #ask(operation: string, signal: AbortSignal | undefined): Promise<ComposeProvider> {
    const asking = this.#environmentFor({}).then((environment) =>
      findProvider(operation, { environment, folder: process.cwd(), signal }),
    )
    this.#provider = asking
    asking.catch(() => {
      if (this.#provider === asking) this.#provider = undefined
    })
    return asking
  }

  /** Runs it to its end; another exit code than 0 rejects with COMPOSE_FAILED. Resolves with what it wrote to stdout. */
  async run(run: ComposeRun): Promise<string> {
    const { operation, verb } = run
    await this.#checkFolder(run)
    const ended = await this.#start(run)
    if (ended.exitCode === 0) return ended.stdout
    const lastLines = ended.notStarted === undefined ? ended.lastLines.map(plainText) : [ended.notStarted]
    const kind = failureKind(lastLines)
    const files = failureFiles(kind, lastLines, run.project)
    throw composeFailed({
      operation,
      kind,
      arguments: [...projectArguments(run.project), ...verb],
      lastLines,
      ...(files.length > 0 && { files }),
      ...(ended.exitCode !== undefined && { exitCode: ended.exitCode }),
    })
  }

  /** What starts programs would say that the program is not there. */
  async #checkFolder({ operation, project, verb, folder = projectFolder(project) }: ComposeRun): Promise<void> {
    const isFolder = await stat(folder).then(
      (found) => found.isDirectory(),
      () => false,
    )
    if (isFolder) return
    const text = `the folder of the project, ${folder}, is not there`
    throw composeFailed({ operation, kind: 'missing-file', text, arguments: verb, lastLines: [], files: [folder] })
  }

  async #start({ operation, project, verb, signal, onEvent, folder }: ComposeRun): Promise<EndedCommand> {
    const { command, version } = await this.provider(operation, signal)
    const all = [...command, '--ansi=never', `--progress=${progressOf(version)}`, ...projectArguments(project), ...verb]
    const options: CommandOptions = {
      environment: await this.#environmentFor(project.env ?? {}),
      folder: folder ?? projectFolder(project),
      signal,
      onLine: (line) => {
        const event = composeEvent(line)
        if (event !== undefined) onEvent?.(event)
      },
    }
    return runCommand(all, options)
  }

  async #environmentFor(own: Readonly<Record<string, string>>): Promise<Readonly<Record<string, string | undefined>>> {
    const host = await this.#host()
    return { ...inheritedEnvironment(process.env), ...this.#environment, ...ownEnvironment(own), DOCKER_HOST: host }
  }

  /** Certificates and keys are never written down: what needs them goes through this process. */
  async #host(): Promise<string> {
    const { endpoint } = this.#client.transport
    switch (endpoint.kind) {
      case 'unix':
        return `unix://${endpoint.path}`
      case 'npipe':
        return `npipe://${endpoint.path}`
      case 'tcp':
        return endpoint.tls === undefined ? `tcp://${endpoint.host}:${endpoint.port}` : this.#relay.host()
      case 'ssh':
        return this.#relay.host()
    }
  }
}

function progressOf(version: string): 'json' | 'plain' {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [sinceMajor = 0, sinceMinor = 0] = jsonSince
  return major > sinceMajor || (major === sinceMajor && minor >= sinceMinor) ? 'json' : 'plain'
}
