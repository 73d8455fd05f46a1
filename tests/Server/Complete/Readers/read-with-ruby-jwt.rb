# Judges tokens with Debian's ruby-jwt: lines in and out as read-with-jose.mjs has them.
require 'json'
require 'jwt'

$stdout.sync = true
first = JSON.parse($stdin.gets, symbolize_names: true)
expected = {
  algorithms: ['RS256'], jwks: first[:jwks], iss: first[:issuer], verify_iss: true, aud: first[:audience], verify_aud: true,
  verify_iat: true
}
$stdin.each_line(chomp: true) do |token|
  claims, = JWT.decode(token, nil, true, expected)
  puts "sub #{claims['sub']}"
rescue JWT::DecodeError, OpenSSL::PKey::PKeyError => e
  puts "refused #{e.class.name}"
end
