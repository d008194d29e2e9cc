import { openRuntime } from '@moorage/runtime'

const { runtime } = await openRuntime({ allowFake: true })

// Who asks for the same image at the same time shares one pull; credentials come from the configuration.
const fractions: number[] = []
const onEvent = ({ fraction }: { readonly fraction?: number }): void => {
  if (fraction !== undefined) fractions.push(fraction)
}
const [{ platform, id }, again] = await Promise.all([
  runtime.pullImage('busybox', { onEvent }),
  runtime.pullImage('busybox'),
])
console.log(/^linux\//.test(platform), again.id === id)
console.log(fractions.every((fraction, index) => index === 0 || fraction >= (fractions[index - 1] ?? 0)))

// A copy under another name, into an archive and back.
await runtime.tagImage('busybox', 'moorage-example:1')
const archive: Uint8Array[] = []
for await (const piece of runtime.saveImages(['moorage-example:1'])) archive.push(piece)
await runtime.removeImage('moorage-example:1')
async function* pieces(): AsyncGenerator<Uint8Array, undefined> {
  yield* archive
}
console.log(await runtime.loadImages(pieces()))
console.log((await runtime.imageHistory('moorage-example:1')).length > 0)
await runtime.removeImage('moorage-example:1')
await runtime.close()
