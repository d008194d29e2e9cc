import { createFakeRuntime, type Program } from '@moorage/runtime-fake'
import type { Runtime } from '@moorage/runtime-core'
import { serverPort, type Cast } from './cast.ts'

const image = 'moorage-demo:1'
const page = '/data/index.html'

const serve: Program = async ({ network, files, stdout, sleep }) => {
  network.listen(serverPort, () => files.read(page) ?? 'there is no page\n')
  for (let n = 1; ; n += 1) {
    await stdout(`tick ${n}\n`)
    await sleep(200)
  }
}

const writePage: Program = async ({ argv, files, stdout }) => {
  files.write(page, `${argv[1]}\n`)
  for (const path of files.list('/data')) await stdout(`${files.read(path)?.byteLength} ${path}\n`)
}

const ask: Program = async ({ argv, network, stdout, sleep }) => {
  for (let n = 1; n <= Number(argv[1]); n += 1) {
    const answer = await network.request('server', serverPort)
    await stdout(`answer ${n}: ${new TextDecoder().decode(answer)}`)
    await sleep(300)
  }
}

/** The parts as functions play them: the fake has no shell. */
export const fakeCast: Cast = {
  image: async () => ({ reference: image, origin: 'present' }),
  serve: ['serve'],
  writePage: (text) => ['write-page', text],
  ask: (times) => ['ask', String(times)],
}

/** A fake with an image whose programs are those of the demo. */
export function openDemoFake(): Runtime {
  return createFakeRuntime({ images: { [image]: { programs: { serve, 'write-page': writePage, ask } } } })
}
