import { setTimeout as delay } from 'node:timers/promises'
import { RuntimeError, type ExecSpec } from '@moorage/runtime-core'
import { isAnswer } from '../client/answer-error.ts'
import { asHijackedStream } from '../client/client.ts'
import { until, withSignal } from '../client/signals.ts'
import { ownFailure, type Call } from '../errors/failure.ts'
import { createExec } from './create.ts'
import { hijackedChunks } from './hijacked.ts'
import { execJson, hasEnded, type ExecJson } from './inspect.ts'
import { execBody } from './mark.ts'

/** Which processes of an exec get the signal: its own one, or all that descend from it too. */
export type KillScope = 'process' | 'tree'

/** What the script says once the signal is sent. */
const sentWord = 'moorage: sent'

/**
 * Neither engine has a call for it: a shell in the container looks for the mark in the environments of all processes,
 * and for children of those by their parents. Of a tree each process is halted as it is found, so that none begins another one
 * behind the search. It uses nothing but what the shell has built in. What it cannot reach: an orphan that has cleared its
 * environment, an image without a shell.
 */
const script = `
mark=$1 signal=$2 scope=$3 found=' ' own=' '
parent() {
  while read -r key value rest; do
    if [ "$key" = PPid: ]; then echo "$value"; return; fi
  done <"/proc/$1/status"
} 2>/dev/null
marked() {
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in *"$mark"*) return 0 ;; esac
  done <"/proc/$1/environ"
  return 1
} 2>/dev/null
grown=yes
while [ -n "$grown" ]; do
  grown=
  for folder in /proc/[0-9]*; do
    pid=\${folder#/proc/}
    case $found in *" $pid "*) continue ;; esac
    above=$(parent "$pid")
    case $found in *" $above "*) ;; *) marked "$pid" || continue ;; esac
    [ "$scope" = process ] || kill -s STOP "$pid" 2>/dev/null
    found="$found$pid " grown=yes
  done
done
for pid in $found; do
  case $found in *" $(parent "$pid") "*) ;; *) own="$own$pid " ;; esac
done
[ "$scope" = tree ] || found=$own
[ "$found" != ' ' ] || exit 3
code=0
for pid in $found; do
  kill -s "$signal" "$pid" 2>/dev/null || [ ! -e "/proc/$pid" ] || kill -s "$signal" "$pid" || code=4
done
[ "$code" = 0 ] || exit "$code"
echo ${sentWord}
`

/** No process has the mark: it has not begun, has ended, or has cleared its environment. */
const nothingFound = 3

/** Exit codes from here on tell of a signal. */
const signalled = 128

interface SignalToSend {
  readonly killSignal: string
  readonly scope: KillScope
}

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
    // Its container has gone, or does not run: so does nothing in it.
    if (isAnswer(error, 404, 409)) return
    const removal = call.client.dialect.execRemoval?.(exec.id)
    if (!RuntimeError.is(error, 'UNSUPPORTED') || removal === undefined) throw error
    const answer = await call.client.stream({ method: 'POST', ...removal, signal })
    await answer.discard()
  }
}

/** How long an engine may take to begin what it was asked for; after that it never will. */
const longestBeginningMs = 3000
const pauseMs = 100
/** What is just beginning may not show its mark at the first look. */
const looks = 10

/**
 * Sends a signal to an exec; to one that has ended, or that the engine never began, it is a no-op. Resolves once it is sent.
 * Rejects with UNSUPPORTED as `endExec` does.
 */
export async function killMarked(
  call: Call,
  exec: MarkedExec,
  how: SignalToSend,
  signal: AbortSignal | undefined,
): Promise<void> {
  // Podman tells of an end where the caller has left before the beginning, and begins it all the same.
  const isOver = (json: ExecJson): boolean => hasEnded(json) && (json.Pid > 0 || how.scope === 'process')
  let json = await begun(call, exec.id, signal)
  if (json === undefined || isOver(json)) return
  for (let look = 0; look < looks; look += 1) {
    if (await sendSignal(call, exec, how, signal)) return
    json = await execJson(call.client, exec.id, signal)
    if (isOver(json)) return
    await delay(pauseMs, undefined, signal === undefined ? {} : { signal })
  }
  if (hasEnded(json)) return
  throw unreachable(call, 'it has cleared its environment, by which it would be found')
}

/** `undefined` when the engine has not begun it. */
async function begun({ client }: Call, execId: string, signal: AbortSignal | undefined): Promise<ExecJson | undefined> {
  for (let waitedMs = 0; waitedMs <= longestBeginningMs; waitedMs += pauseMs) {
    const json = await execJson(client, execId, signal)
    if (hasEnded(json) || json.Pid > 0) return json
    await delay(pauseMs, undefined, signal === undefined ? {} : { signal })
  }
  return undefined
}

/** Whether there was anything to send it to. */
async function sendSignal(
  call: Call,
  { containerId, spec, mark }: MarkedExec,
  { killSignal, scope }: SignalToSend,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const { client } = call
  // Another user, or one with fewer privileges, could not read the environment.
  const killer: ExecSpec = {
    command: ['sh', '-c', script, 'sh', mark, killSignal.replace(/^SIG/, ''), scope],
    ...(spec.user !== undefined && { user: spec.user }),
    ...(spec.privileged !== undefined && { privileged: spec.privileged }),
  }
  const killerId = await createExec(client, containerId, execBody(killer, { stdin: false }), signal)
  const process = (await client.endpoints()).getExec(killerId)
  const started: unknown = await process.start(withSignal(signal, { hijack: true, Detach: false, Tty: false }))
  await using stream = asHijackedStream(started)
  let said = ''
  for await (const { bytes } of hijackedChunks(stream, { isTerminal: false })) {
    said += Buffer.from(bytes).toString()
    // Docker tells of the killer's own end only after that of what it has killed, which may wait for somebody to read its output.
    if (said.includes(sentWord)) return true
  }
  const ended = await until(async () => {
    const exec = await execJson(client, killerId, signal)
    return hasEnded(exec) ? exec : undefined
  }, signal)
  if (ended.ExitCode === nothingFound) return false
  // Ended itself, as by the end of the container: the next look is in whatever runs there then.
  if (ended.ExitCode >= signalled) return false
  throw unreachable(call, `no shell of its image could send the signal (${said.trim()})`)
}

function unreachable(call: Call, why: string): Error {
  const text = `the process in container \`${call.resource?.id}\` cannot be reached, and may go on: ${why}. Stop the container to end it.`
  return ownFailure(call, 'UNSUPPORTED', {}, text)
}
