using System.Text;

namespace OpenPassage.Server.Idna;

/// <summary>Punycode (RFC 3492): letters beyond ASCII in the letters and digits that the DNS carries.</summary>
internal static class Punycode
{
    private const int Base = 36;
    private const int MinThreshold = 1;
    private const int MaxThreshold = 26;
    private const int Skew = 38;
    private const int Damp = 700;
    private const int InitialBias = 72;
    private const int InitialPoint = 0x80;
    private const int MaxPoint = 0x10FFFF;

    public static string Encode(IReadOnlyList<int> points)
    {
        var text = new StringBuilder();
        foreach (var ascii in points.Where(point => point < InitialPoint))
            text.Append((char)ascii);
        var basic = text.Length;
        if (basic > 0)
            text.Append('-');

        var (done, bias, delta) = (basic, InitialBias, 0L);
        for (var point = InitialPoint; done < points.Count; point++)
        {
            var next = points.Where(one => one >= point).Min();
            delta += (long)(next - point) * (done + 1);
            point = next;
            foreach (var one in points)
            {
                if (one < point)
                    delta++;
                if (one != point)
                    continue;
                Append(text, delta, bias);
                bias = Adapt(delta, done + 1, done == basic);
                delta = 0;
                done++;
            }

            delta++;
        }

        return text.ToString();
    }

    /// <summary>The code points; null when the text stands for none.</summary>
    public static List<int>? Decode(string text)
    {
        var basic = text.LastIndexOf('-');
        var points = new List<int>();
        foreach (var ascii in text[..Math.Max(basic, 0)])
            points.Add(ascii);

        var (point, bias, at) = (InitialPoint, InitialBias, 0L);
        for (var i = basic > 0 ? basic + 1 : 0; i < text.Length;)
        {
            var before = at;
            var weight = 1L;
            for (var k = Base; ; k += Base)
            {
                if (i == text.Length || ToDigit(text[i++]) is not { } digit)
                    return null;
                at += digit * weight;
                var threshold = ThresholdOf(k, bias);
                if (at > int.MaxValue)
                    return null;
                if (digit < threshold)
                    break;
                weight *= Base - threshold;
                if (weight > int.MaxValue)
                    return null;
            }

            var count = points.Count + 1;
            bias = Adapt(at - before, count, before == 0);
            if (at / count > MaxPoint - point)
                return null;
            point += (int)(at / count);
            at %= count;
            if (!Rune.IsValid(point))
                return null;
            points.Insert((int)at++, point);
        }

        return points;
    }

    private static void Append(StringBuilder text, long delta, int bias)
    {
        for (var k = Base; ; k += Base)
        {
            var threshold = ThresholdOf(k, bias);
            if (delta < threshold)
                break;
            text.Append(ToCharacter((int)(threshold + ((delta - threshold) % (Base - threshold)))));
            delta = (delta - threshold) / (Base - threshold);
        }

        text.Append(ToCharacter((int)delta));
    }

    private static int ThresholdOf(int k, int bias) => Math.Clamp(k - bias, MinThreshold, MaxThreshold);

    private static int Adapt(long delta, int count, bool first)
    {
        delta = first ? delta / Damp : delta / 2;
        delta += delta / count;
        var k = 0;
        for (; delta > (Base - MinThreshold) * MaxThreshold / 2; k += Base)
            delta /= Base - MinThreshold;
        return k + (int)((Base - MinThreshold + 1) * delta / (delta + Skew));
    }

    private static char ToCharacter(int digit) => (char)(digit < MaxThreshold ? 'a' + digit : '0' + digit - MaxThreshold);

    private static int? ToDigit(char character) => character switch
    {
        >= 'a' and <= 'z' => character - 'a',
        >= '0' and <= '9' => character - '0' + MaxThreshold,
        _ => null,
    };
}
