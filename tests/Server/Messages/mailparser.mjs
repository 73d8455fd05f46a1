// Reads mails, each a line of base64, and answers with what mailparser makes of it, a line of JSON each.
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'

const { simpleParser } = createRequire(process.argv[2])('mailparser')

for await (const line of createInterface({ input: process.stdin })) {
  const mail = await simpleParser(Buffer.from(line, 'base64'))
  process.stdout.write(JSON.stringify({
    headers: mail.headerLines.map(header => header.key),
    from: mail.from?.value ?? [],
    to: mail.to?.value ?? [],
    toLine: mail.headerLines.find(header => header.key === 'to')?.line,
    cc: mail.cc?.value ?? [],
    bcc: mail.bcc?.value ?? [],
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    attachments: mail.attachments.length,
    messageId: mail.messageId,
  }) + '\n')
}
