// Drives the tasks of ChatBotKit's own client, unmodified, and prints what it got: one JSON object.
import { ContactClient } from '@chatbotkit/sdk/contact'
import { TaskClient } from '@chatbotkit/sdk/task'

const [baseUrl, secret, botId, stranger] = process.argv.slice(2)
const tasks = new TaskClient({ secret, baseUrl })

async function codeOf(promise) {
  try {
    await promise
    return 'nothing was refused'
  } catch (error) {
    return error.code
  }
}

async function gathered(stream) {
  const found = []
  for await (const each of stream) found.push(each)
  return found
}

const said = {}
const created = await tasks.create({
  name: 'Daily Report',
  description: 'Sends it',
  botId,
  schedule: 'daily',
  sessionDuration: 3600000,
  meta: { customer: 'acme', deep: { list: [1, 'yes'] } },
})
said.created = created
said.other = await tasks.create({ name: 'Other' })
said.fetched = await tasks.fetch(created.id)
said.listed = await tasks.list()
said.page = await tasks.list({ take: 1, order: 'asc' })
said.next = await tasks.list({ take: 1, order: 'asc', cursor: said.page.cursor })
said.byMeta = await tasks.list({ meta: { customer: 'acme' } })
said.byNoMeta = await tasks.list({ meta: { customer: 'nobody' } })
said.streamed = await gathered(tasks.list().stream())
said.exported = await gathered(tasks.export().stream())
said.updated = await tasks.update(created.id, { name: 'Weekly Report', schedule: '0 9 * * 1' })
said.after = await tasks.fetch(created.id)
said.triggered = await tasks.trigger(created.id)
let executions = await tasks.execution.list(created.id)
while (executions.items.length === 0) executions = await tasks.execution.list(created.id)
said.executions = executions
said.executionLines = await gathered(tasks.execution.list(created.id).stream())
said.executionCancelled = await tasks.execution.cancel(created.id, executions.items[0].id)
said.cancelled = await tasks.cancel(created.id)
said.deleted = await tasks.delete(created.id)
said.left = (await tasks.list()).items.map((item) => item.id)

said.codes = {
  gone: await codeOf(tasks.fetch(created.id)),
  goneTrigger: await codeOf(tasks.trigger(created.id)),
  badSchedule: await codeOf(tasks.create({ schedule: 'Daily' })),
  noBot: await codeOf(tasks.create({ botId: 'nobody' })),
  badTake: await codeOf(tasks.list({ take: -1 })),
  noToken: await codeOf(new TaskClient({ secret: 'unknown', baseUrl }).list()),
  noSecret: await codeOf(new TaskClient({ secret: '', baseUrl }).fetch(said.other.id)),
  ofAnother: await codeOf(new TaskClient({ secret: stranger, baseUrl }).fetch(said.other.id)),
  noContact: await codeOf(new ContactClient({ secret, baseUrl }).task.list('ct_none')),
}
console.log(JSON.stringify(said))
