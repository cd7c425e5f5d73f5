// Talks to a bot through the Telegram server and client of telegram-test-api, unmodified, and prints what it got: one
// JSON object. That server keeps the secret which setWebhook names, and does not send it along as Telegram does: the
// relay between the two adds the header, and nothing else.
import http from 'node:http'
import TelegramServer from 'telegram-test-api'

const [port, token, place, form] = process.argv.slice(2)
const server = new TelegramServer({ host: '127.0.0.1', port: Number(port) })
await server.start()
const client = server.getClient(token, { timeout: 300_000, interval: 20, userId: 4711, chatId: 4711, firstName: 'Ana' })

const said = { answers: [], messages: [] }
const set = await fetch(place.replace('TOKEN', token), { method: 'POST', body: new URLSearchParams(form) })
said.set = (await set.json()).ok
const hook = { ...server.webhooks[token] }

async function post(body, headers) {
  return fetch(hook.url, { method: 'POST', body, headers: { 'Content-Type': 'application/json', ...headers } })
}
async function relay(body) {
  const answer = await post(body, { 'X-Telegram-Bot-Api-Secret-Token': hook.secret_token })
  const text = await answer.text()
  said.answers.push([answer.status, JSON.parse(text)])
  return [answer.status, text]
}
const between = http.createServer(async (request, response) => {
  const parts = []
  for await (const part of request) parts.push(part)
  const [status, text] = await relay(Buffer.concat(parts))
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(text)
})
await new Promise((resolve) => between.listen(0, '127.0.0.1', resolve))
server.webhooks[token] = { ...hook, url: `http://127.0.0.1:${between.address().port}/` }

async function hear(count) {
  const heard = []
  while (heard.length < count) {
    for (const update of (await client.getUpdates()).result) heard.push(update.message)
  }
  said.messages.push(...heard)
  return heard
}
async function took(sending) {
  const taken = server.waitUserMessage() // it is emitted when the webhook has answered
  await sending
  await taken
}

await took(client.sendMessage(client.makeMessage('hi')))
const [hello] = await hear(1)
const large = hello.reply_markup.inline_keyboard.flat().find((button) => button.text === 'large')
await took(client.sendCallback(client.makeCallbackQuery(large.callback_data)))
await hear(1)

said.unsigned = (await post(JSON.stringify({ update_id: 9001, message: client.makeMessage('forged') }), {})).status
const edited = { ...client.makeMessage('edited'), message_id: 1, edit_date: 1 }
await relay(JSON.stringify({ update_id: 9002, edited_message: edited })) // that server knows no edits of a person

await took(client.sendCommand(client.makeCommand('/last words')))
await hear(1)
await server.stop()
between.close()
between.closeAllConnections()
console.log(JSON.stringify(said))
