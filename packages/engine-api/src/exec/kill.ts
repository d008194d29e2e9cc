import { collectOutput, RuntimeError, type ExecSpec } from '@moorage/runtime-core'
import { asHijackedStream } from '../client/client.ts'
import { until, withSignal } from '../client/signals.ts'
import { ownFailure, type Call } from '../errors/failure.ts'
import { hijackedChunks } from './hijacked.ts'
import { execJson, hasEnded } from './inspect.ts'
import { execBody } from './mark.ts'

/** Which processes of an exec get the signal: its own one, or all that descend from it too. */
export type KillScope = 'process' | 'tree'

/**
 * Neither engine has a call for it: a shell in the container looks for the mark in the environments of all processes,
 * and for children of those by their parents. It uses nothing but what the shell has built in. What it cannot reach: an
 * orphan that has cleared its environment, an image without a shell.
 */
const script = `
mark=$1 signal=$2 scope=$3 found=' ' own=' '
for folder in /proc/[0-9]*; do
  pid=\${folder#/proc/}
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in *"$mark"*) found="$found$pid "; break ;; esac
  done <"$folder/environ"
done 2>/dev/null
parent() {
  while read -r key value rest; do
    if [ "$key" = PPid: ]; then echo "$value"; return; fi
  done <"/proc/$1/status"
}
for pid in $found; do
  case $found in *" $(parent "$pid" 2>/dev/null) "*) ;; *) own="$own$pid " ;; esac
done
grown=yes
while [ -n "$grown" ]; do
  grown=
  for folder in /proc/[0-9]*; do
    pid=\${folder#/proc/}
    case $found in *" $pid "*) continue ;; esac
    case $found in *" $(parent "$pid" 2>/dev/null) "*) found="$found$pid "; grown=yes ;; esac
  done
done
[ "$scope" = tree ] || found=$own
[ "$found" != ' ' ] || exit 3
kill -s "$signal" $found
`

/** No process has the mark: it has ended, or has cleared its environment. */
const nothingFound = 3

/** An exec that was begun, and how it is found again in its container. */
export interface MarkedExec {
  readonly id: string
  readonly containerId: string
  readonly spec: ExecSpec
  readonly mark: string
}

/**
 * Kills an exec and its children, for a caller who has left. Rejects with UNSUPPORTED when something of it may still run:
 * there is no shell in the image, or the process cannot be found.
 */
export async function endExec(call: Call, exec: MarkedExec, signal: AbortSignal): Promise<void> {
  try {
    await killMarked(call, exec, { killSignal: 'SIGKILL', scope: 'tree' }, signal)
  } catch (error) {
    const removal = call.client.dialect.execRemoval?.(exec.id)
    if (!RuntimeError.is(error, 'UNSUPPORTED') || removal === undefined) throw error
    const answer = await call.client.stream({ method: 'POST', ...removal, signal })
    await answer.discard()
  }
}

/** Sends a signal to an exec; to one that has ended already it is a no-op. Rejects with UNSUPPORTED as `endExec` does. */
export async function killMarked(
  call: Call,
  { id, containerId, spec, mark }: MarkedExec,
  { killSignal, scope }: { readonly killSignal: string; readonly scope: KillScope },
  signal: AbortSignal | undefined,
): Promise<void> {
  const { client } = call
  const endpoints = await client.endpoints()
  // Another user, or one with fewer privileges, could not read the environment.
  const killer: ExecSpec = {
    command: ['sh', '-c', script, 'sh', mark, killSignal.replace(/^SIG/, ''), scope],
    ...(spec.user !== undefined && { user: spec.user }),
    ...(spec.privileged !== undefined && { privileged: spec.privileged }),
  }
  const made = await endpoints.getContainer(containerId).exec(withSignal(signal, execBody(killer, { stdin: false })))
  const started: unknown = await made.start(withSignal(signal, { hijack: true, Detach: false, Tty: false }))
  await using stream = asHijackedStream(started)
  const { stdout, stderr } = await collectOutput(hijackedChunks(stream, false))
  const ended = await until(async () => {
    const exec = await execJson(client, made.id, signal)
    return hasEnded(exec) ? exec : undefined
  }, signal)
  if (ended.ExitCode === 0) return
  if (ended.ExitCode === nothingFound) {
    if (hasEnded(await execJson(client, id, signal))) return
    throw unreachable(call, 'it has cleared its environment, by which it would be found')
  }
  const words = new TextDecoder().decode(Buffer.concat([stdout, stderr])).trim()
  throw unreachable(call, `its image has no shell that could send a signal (${words})`)
}

function unreachable(call: Call, why: string): Error {
  const text = `the process in container \`${call.resource?.id}\` cannot be reached, and may go on: ${why}. Stop the container to end it.`
  return ownFailure(call, 'UNSUPPORTED', {}, text)
}
