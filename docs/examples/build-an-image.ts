import { openRuntime } from '@moorage/runtime'
import { RuntimeError } from '@moorage/runtime-core'

const { runtime } = await openRuntime({ allowFake: true })
const Dockerfile = `FROM busybox
ARG WHO=nobody
LABEL com.example.for=$WHO
COPY greeting /app/
RUN ["echo", "on the way"]
CMD ["cat", "/app/greeting"]
`
await runtime.buildImage(
  { context: { files: { Dockerfile, greeting: 'hello\n' } }, tags: ['greeting:1'], buildArguments: { WHO: 'you' } },
  {
    onEvent(event) {
      if (event.type === 'log') process.stdout.write(event.bytes)
    },
  },
)
const { labels } = await runtime.inspectImage('greeting:1')
const { id } = await runtime.runContainer({ image: 'greeting:1' })
await runtime.waitContainer(id)
console.log(`for ${labels['com.example.for']}:`)
for await (const { bytes } of runtime.containerLogs(id)) process.stdout.write(bytes)

// A step that fails says which it is, its exit code, and the last lines of what it wrote.
const failing = { context: { files: { Dockerfile: 'FROM busybox\nRUN ["false"]\n' } } }
const error: unknown = await runtime.buildImage(failing).catch((reason: unknown) => reason)
if (RuntimeError.is(error, 'BUILD_FAILED')) console.log(`exit code ${error.details.exitCode}`)
await runtime.removeContainer(id)
await runtime.removeImage('greeting:1')
await runtime.close()
