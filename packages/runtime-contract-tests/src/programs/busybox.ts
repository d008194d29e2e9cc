import { busyboxAspects } from './aspects.ts'
import type { Command, Programs } from './programs.ts'

export interface BusyboxOptions {
  /** The same image with a healthcheck of its own: `cat /tmp/up`, every second. Absent: what needs it is not testable. */
  readonly checkedImage?: string
}

/** The programs as commands of an image with a busybox shell, `/etc/passwd` and `/tmp`. */
export function busyboxPrograms(image: string, { checkedImage }: BusyboxOptions = {}): Programs {
  return Object.freeze({
    image,
    ...(checkedImage !== undefined && { checkedImage }),
    exit: (code) => shell(`exit ${code}`),
    lines: (count, exitCode = 0) =>
      shell(`i=1; while [ $i -le ${count} ]; do echo "line $i"; i=$((i+1)); done; exit ${exitCode}`),
    write: (stdout, stderr = '') => shell('printf %s "$1"; printf %s "$2" >&2', stdout, stderr),
    repeat: (text, count) => shell(`yes "$1" | head -n ${count} | tr -d '\\n'`, text),
    // A first process has no default action for signals, and a shell handles one only between its commands.
    forever: () => shell("trap 'exit 143' TERM; echo ready; while :; do sleep 1000 & wait $!; done"),
    ignoreTerm: () => shell("trap '' TERM; echo ready; while :; do sleep 1000; done"),
    onTerm: (code) =>
      shell(
        `trap 'exit ${code}' TERM; trap 'exit ${code + 1}' USR1; echo ready; while :; do sleep 1000 & wait $!; done`,
      ),
    ticks: () => shell('i=1; while :; do echo "tick $i"; i=$((i+1)); sleep 0.05; done'),
    cat: () => ['cat'],
    environment: () => ['env'],
    user: () => ['id', '-u'],
    directory: () => ['pwd'],
    hostname: () => ['hostname'],
    echoArguments: (...texts) => ({
      entrypoint: ['sh', '-c', 'for text; do echo "$text"; done', 'sh'],
      command: texts,
    }),
    writeFile: (path, text) => shell('mkdir -p "${1%/*}/" && printf %s "$2" >"$1"', path, text),
    readFile: (path) => ['cat', path],
    touchUntilKilled: (path) => shell('n=0; while :; do n=$((n+1)); echo $n >"$1"; sleep 0.02; done', path),
    touchInChild: (path) => shell('(n=0; while :; do n=$((n+1)); echo $n >"$1"; sleep 0.02; done) & wait', path),
    leaveBehind: (text) => shell('sleep 1000 & printf %s "$1"', text),
    spin: () => shell('echo ready; while :; do :; done'),
    sizes: () => shell('stty size; while read -r line; do stty size; done'),
    pause: (milliseconds) => ['sleep', String(milliseconds / 1000)],
    listen: (port, answer) =>
      shell(`mkdir -p /tmp/www && printf %s "$1" >/tmp/www/index.html && exec httpd -f -p ${port} -h /tmp/www`, answer),
    ask: (host, port) =>
      shell(
        `n=0; until wget -q -O - "http://$1:${port}/index.html"; do n=$((n+1)); [ $n -lt 100 ] || exit 1; sleep 0.1; done`,
        host,
      ),
    observe: (aspect, about = '') => shell(`cd /sys/fs/cgroup; ${busyboxAspects[aspect]}`, about),
    hostDevice: '/dev/zero',
    hostDirectory: '/etc',
    hostFile: 'passwd',
    notExecutable: '/etc/passwd',
    otherUser: '12345',
  } satisfies Programs)
}

function shell(script: string, ...texts: readonly string[]): Command {
  return ['sh', '-c', script, 'sh', ...texts]
}
