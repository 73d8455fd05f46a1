using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace OpenPassage.WebAuthn.Cose;

/// <summary>
/// OpenSSL's libcrypto, where the system has it: for what the framework lacks (Ed448) and for what it does more slowly
/// (importing EC keys). Nothing here is needed: callers ask <see cref="MajorVersion"/> first and have another way.
/// </summary>
internal static unsafe partial class Libcrypto
{
    private const string Name = "libcrypto";
    private const ulong NoAtExit = 0x0008_0000;
    private const int PublicKeyAndParameters = 0x86;
    private const uint Utf8String = 4, OctetString = 5;
    private const int Ed448Id = 1088;

    private static readonly nint library = Load();

    /// <summary>3 or more for the providers' API, 1 for OpenSSL 1.1, 0 where there is no libcrypto.</summary>
    public static int MajorVersion { get; } = library == 0 ? 0 : Initialize();

    /// <summary>An EC public key. Null when the curve is unknown there or the point is not on it.</summary>
    public static SafeEvpKey? ImportPoint(ReadOnlySpan<byte> curve, ReadOnlySpan<byte> uncompressedPoint)
    {
        using var context = EVP_PKEY_CTX_new_from_name(0, "EC", null);
        if (context.IsInvalid || EVP_PKEY_fromdata_init(context) != 1)
            return Failed<SafeEvpKey>();
        fixed (byte* groupKey = "group\0"u8, publicKey = "pub\0"u8, group = curve, point = uncompressedPoint)
        {
            var parameters = stackalloc Parameter[3];
            parameters[0] = new() { Key = groupKey, Type = Utf8String, Data = group, Size = (nuint)curve.Length };
            parameters[1] = new() { Key = publicKey, Type = OctetString, Data = point, Size = (nuint)uncompressedPoint.Length };
            parameters[2] = default;
            if (EVP_PKEY_fromdata(context, out var key, PublicKeyAndParameters, parameters) == 1 && !key.IsInvalid)
                return key;
            key.Dispose();
            return Failed<SafeEvpKey>();
        }
    }

    /// <summary>An Ed448 public key: 57 bytes. Null when libcrypto refuses it.</summary>
    public static SafeEvpKey? ImportEd448(ReadOnlySpan<byte> publicKey)
    {
        var key = EVP_PKEY_new_raw_public_key(Ed448Id, 0, publicKey, (nuint)publicKey.Length);
        if (!key.IsInvalid)
            return key;
        key.Dispose();
        return Failed<SafeEvpKey>();
    }

    /// <summary>What a thread needs to verify with a key; it serves one call at a time, any number in turn.</summary>
    /// <exception cref="CryptographicException">Out of memory.</exception>
    public static SafeEvpContext StartVerifying(SafeEvpKey key)
    {
        var context = EVP_PKEY_CTX_new(key, 0);
        if (!context.IsInvalid && EVP_PKEY_verify_init(context) == 1)
            return context;
        context.Dispose();
        ERR_clear_error();
        throw new CryptographicException("libcrypto has no memory to verify a signature.");
    }

    /// <summary>Whether a signature is over a hash.</summary>
    public static bool VerifyHash(SafeEvpContext context, ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature) =>
        Succeeded(EVP_PKEY_verify(context, signature, (nuint)signature.Length, hash, (nuint)hash.Length));

    /// <summary>Whether a signature is over data, for algorithms that hash by themselves.</summary>
    public static bool VerifyData(SafeEvpKey key, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        using var context = EVP_MD_CTX_new();
        return Succeeded(context.IsInvalid ? 0 : EVP_DigestVerifyInit(context, 0, 0, 0, key))
            && Succeeded(EVP_DigestVerify(context, signature, (nuint)signature.Length, data, (nuint)data.Length));
    }

    private static bool Succeeded(int result)
    {
        // A failure leaves its reasons in the thread's queue, where an unrelated caller would find them.
        if (result != 1)
            ERR_clear_error();
        return result == 1;
    }

    private static T? Failed<T>()
        where T : class
    {
        ERR_clear_error();
        return null;
    }

    private static bool IsX64 => Environment.Is64BitProcess && RuntimeInformation.ProcessArchitecture == Architecture.X64;

    private static nint Load()
    {
        // Full names only: a bare "libcrypto" aborts the process on macOS, and may be anything on Windows.
        string[] names =
            OperatingSystem.IsWindows() ? [IsX64 ? "libcrypto-3-x64.dll" : "libcrypto-3-arm64.dll"]
            : OperatingSystem.IsMacOS() ? ["libcrypto.3.dylib"]
            : ["libcrypto.so.3", "libcrypto.so.1.1"];
        const DllImportSearchPath beside = DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.System32;
        var assembly = typeof(Libcrypto).Assembly;
        foreach (var name in names)
        {
            if (!NativeLibrary.TryLoad(name, assembly, beside, out var handle))
                continue;
            NativeLibrary.SetDllImportResolver(assembly, Resolve);
            return handle;
        }

        return 0;
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) => name == Name ? library : 0;

    private static int Initialize()
    {
        // Threads may still verify while the process exits; OpenSSL would clean up under them.
        _ = OPENSSL_init_crypto(NoAtExit, 0);
        return (int)(OpenSSL_version_num().Value >> 28);
    }

    [LibraryImport(Name)]
    private static partial int OPENSSL_init_crypto(ulong options, nint settings);

    [LibraryImport(Name)]
    private static partial CULong OpenSSL_version_num();

    [LibraryImport(Name)]
    private static partial void ERR_clear_error();

    [LibraryImport(Name, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeEvpContext EVP_PKEY_CTX_new_from_name(nint library, string name, string? properties);

    [LibraryImport(Name)]
    private static partial SafeEvpContext EVP_PKEY_CTX_new(SafeEvpKey key, nint engine);

    [LibraryImport(Name)]
    private static partial int EVP_PKEY_fromdata_init(SafeEvpContext context);

    [LibraryImport(Name)]
    private static partial int EVP_PKEY_fromdata(SafeEvpContext context, out SafeEvpKey key, int selection, Parameter* parameters);

    [LibraryImport(Name)]
    private static partial SafeEvpKey EVP_PKEY_new_raw_public_key(int type, nint engine, ReadOnlySpan<byte> key, nuint length);

    [LibraryImport(Name)]
    private static partial int EVP_PKEY_verify_init(SafeEvpContext context);

    [LibraryImport(Name)]
    private static partial int EVP_PKEY_verify(
        SafeEvpContext context,
        ReadOnlySpan<byte> signature,
        nuint signatureLength,
        ReadOnlySpan<byte> hash,
        nuint hashLength);

    [LibraryImport(Name)]
    private static partial SafeDigestContext EVP_MD_CTX_new();

    [LibraryImport(Name)]
    private static partial int EVP_DigestVerifyInit(SafeDigestContext context, nint keyContext, nint digest, nint engine, SafeEvpKey key);

    [LibraryImport(Name)]
    private static partial int EVP_DigestVerify(
        SafeDigestContext context,
        ReadOnlySpan<byte> signature,
        nuint signatureLength,
        ReadOnlySpan<byte> data,
        nuint length);

    [LibraryImport(Name)]
    private static partial void EVP_PKEY_free(nint key);

    [LibraryImport(Name)]
    private static partial void EVP_PKEY_CTX_free(nint context);

    [LibraryImport(Name)]
    private static partial void EVP_MD_CTX_free(nint context);

    /// <summary>EVP_PKEY: any number of threads may share it for reading.</summary>
    internal sealed class SafeEvpKey() : SafeHandle(0, ownsHandle: true)
    {
        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle()
        {
            EVP_PKEY_free(handle);
            return true;
        }
    }

    /// <summary>EVP_PKEY_CTX: one thread at a time.</summary>
    internal sealed class SafeEvpContext() : SafeHandle(0, ownsHandle: true)
    {
        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle()
        {
            EVP_PKEY_CTX_free(handle);
            return true;
        }
    }

    private sealed class SafeDigestContext() : SafeHandle(0, ownsHandle: true)
    {
        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle()
        {
            EVP_MD_CTX_free(handle);
            return true;
        }
    }

    /// <summary>OSSL_PARAM.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Parameter
    {
        public byte* Key;
        public uint Type;
        public void* Data;
        public nuint Size;
        public nuint ReturnedSize;
    }
}
