using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace OpenPassage.Server.Ready.Values;

/// <summary>A kind of device, from fixed sets of families and from major versions: no stranger's words.</summary>
/// <param name="Platform">One of <see cref="Platforms"/>.</param>
/// <param name="System">The operating system, from a fixed set; empty: unknown.</param>
/// <param name="SystemMajor">Its major version as its maker counts (Android 14, Windows 11, iOS 18); 0: unknown, never a guess.</param>
/// <param name="Browser">From a fixed set; empty: unknown, or an app of its own.</param>
/// <param name="BrowserMajor">0: unknown.</param>
/// <param name="Reported">What the device itself said.</param>
internal sealed record Profile(
    string Platform, string System, int SystemMajor, string Browser, int BrowserMajor, Capabilities Reported)
{
    /// <summary>The same for the same kind of device on every node: the first 63 bits of a hash.</summary>
    public long Id => BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(
        Encoding.UTF8.GetBytes($"{Platform}\n{System}\n{SystemMajor}\n{Browser}\n{BrowserMajor}\n{(int)Reported}"))) & long.MaxValue;
}
