import type { Runtime } from '@moorage/runtime-core'
import { fixtureImage, type FixtureImage, type FixtureImageOptions } from '../fixture/image.ts'

/** The parts that containers play in the demo: an image and, for each part, a command that it can run. */
export interface Cast {
  readonly image: (runtime: Runtime, options: FixtureImageOptions) => Promise<FixtureImage>
  /** Serves the files of `/data` over HTTP and writes a line now and then, until it is killed. */
  readonly serve: readonly string[]
  /** Writes the page that the server serves, and shows what lies in `/data`. */
  readonly writePage: (text: string) => readonly string[]
  /** Gets the page from the host `server` so many times, with pauses, and writes what it got. */
  readonly ask: (times: number) => readonly string[]
}

/** Where the server listens inside of its network. */
export const serverPort = 8080

/** The parts as busybox plays them. */
export const busyboxCast: Cast = {
  image: fixtureImage,
  serve: [
    'sh',
    '-c',
    `n=0; while :; do n=$((n+1)); echo "tick $n"; sleep 0.2; done & exec httpd -f -p ${serverPort} -h /data`,
  ],
  writePage: (text) => ['sh', '-c', 'echo "$1" >/data/index.html && cd /data && ls -l', 'sh', text],
  ask: (times) => [
    'sh',
    '-c',
    [
      // No -T: Debian's static busybox 1.35 crashes on it.
      `get() { wget -q -O - http://server:${serverPort}/index.html; }`,
      // The server may still be starting; what the last attempt says is told.
      'n=0; until get >/dev/null 2>&1; do n=$((n+1)); [ $n -lt 100 ] || { get; exit 1; }; sleep 0.1; done',
      `n=0; while [ $n -lt ${times} ]; do n=$((n+1)); page=$(get) || exit 1; echo "answer $n: $page"; sleep 0.3; done`,
    ].join('\n'),
  ],
}
