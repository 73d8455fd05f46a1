using System.Text;
using OpenPassage.WebAuthn.Cbor;

namespace OpenPassage.WebAuthn.Tests.Cbor;

public class CborReaderTests
{
    public class Integers
    {
        [Theory]
        [InlineData("00", 0L)]
        [InlineData("17", 23L)]
        [InlineData("1818", 24L)]
        [InlineData("190100", 256L)]
        [InlineData("1a00010000", 65536L)]
        [InlineData("1b7fffffffffffffff", long.MaxValue)]
        [InlineData("20", -1L)]
        [InlineData("3818", -25L)]
        [InlineData("390100", -257L)]
        [InlineData("3b7fffffffffffffff", long.MinValue)]
        public void An_integer_of_any_length_is_read(string hex, long expected)
        {
            var reader = new CborReader(Convert.FromHexString(hex));
            Assert.True(reader.TryReadInt64(out var value));
            Assert.Equal(expected, value);
            Assert.True(reader.AtEnd);
        }

        [Theory]
        [InlineData("1b8000000000000000")]
        [InlineData("3b8000000000000000")]
        public void An_integer_beyond_64_bits_is_refused_but_can_be_skipped(string hex)
        {
            Assert.False(new CborReader(Convert.FromHexString(hex)).TryReadInt64(out _));
            Assert.True(new CborReader(Convert.FromHexString(hex)).TrySkip(out _));
        }

        [Theory]
        [InlineData("1a80000000")]
        [InlineData("3a80000000")]
        public void An_integer_beyond_32_bits_is_no_Int32(string hex)
        {
            var reader = new CborReader(Convert.FromHexString(hex));
            Assert.False(reader.TryReadInt32(out _));
            Assert.False(reader.AtEnd);
        }

        [Theory]
        [InlineData("1a7fffffff", int.MaxValue)]
        [InlineData("3a7fffffff", int.MinValue)]
        public void An_integer_of_32_bits_is_an_Int32(string hex, int expected)
        {
            var reader = new CborReader(Convert.FromHexString(hex));
            Assert.True(reader.TryReadInt32(out var value));
            Assert.Equal(expected, value);
        }

        [Fact]
        public void A_value_that_is_none_is_zero_or_false()
        {
            Assert.False(new CborReader([0x1A, 0x80, 0, 0, 1]).TryReadInt32(out var number));
            Assert.Equal(0, number);
            Assert.False(new CborReader([0x01]).TryReadBoolean(out var flag));
            Assert.False(flag);
        }

        [Theory]
        [InlineData("17", "1817")]
        [InlineData("1818", "190018")]
        [InlineData("18ff", "1900ff")]
        [InlineData("190100", "1a00000100")]
        [InlineData("19ffff", "1a0000ffff")]
        [InlineData("1a00010000", "1b0000000000010000")]
        [InlineData("1affffffff", "1b00000000ffffffff")]
        [InlineData("1b0000000100000000", null)]
        public void Canonical_form_has_the_shortest_head_at_every_edge(string shortest, string? longer)
        {
            Assert.True(new CborReader(Convert.FromHexString(shortest), canonical: true).TryReadInt64(out _));
            if (longer is null)
                return;
            Assert.True(new CborReader(Convert.FromHexString(longer)).TryReadInt64(out _));
            Assert.False(new CborReader(Convert.FromHexString(longer), canonical: true).TryReadInt64(out _));
        }

        [Theory]
        [InlineData("1801")]
        [InlineData("190001")]
        [InlineData("1a00000001")]
        [InlineData("1b0000000000000001")]
        public void A_length_longer_than_need_be_is_accepted_unless_canonical_is_asked_for(string hex)
        {
            var reader = new CborReader(Convert.FromHexString(hex));
            Assert.True(reader.TryReadInt32(out var value));
            Assert.Equal(1, value);
            Assert.False(new CborReader(Convert.FromHexString(hex), canonical: true).TryReadInt32(out _));
        }

        [Theory]
        [InlineData("1c")]
        [InlineData("1f")]
        [InlineData("18")]
        [InlineData("1900")]
        [InlineData("1a000000")]
        [InlineData("1b00000000000000")]
        [InlineData("")]
        public void A_head_that_is_reserved_or_cut_short_is_refused(string hex)
        {
            Assert.False(new CborReader(Convert.FromHexString(hex)).TryReadInt64(out _));
            Assert.False(new CborReader(Convert.FromHexString(hex)).TrySkip(out _));
        }
    }

    public class Strings
    {
        [Fact]
        public void A_byte_string_is_a_slice_of_the_data()
        {
            var data = Convert.FromHexString("43010203");
            var reader = new CborReader(data);
            Assert.True(reader.TryReadBytes(out var value));
            Assert.True(value.Overlaps(data, out var offset));
            Assert.Equal(1, -offset);
            Assert.Equal([1, 2, 3], value.ToArray());
        }

        [Fact]
        public void Chunks_are_joined_unless_canonical_is_asked_for()
        {
            var data = Convert.FromHexString("5f420102410340ff");
            var reader = new CborReader(data);
            Assert.True(reader.TryReadBytes(out var value));
            Assert.Equal([1, 2, 3], value.ToArray());
            Assert.True(reader.AtEnd);
            Assert.False(new CborReader(data, canonical: true).TryReadBytes(out _));
        }

        [Theory]
        [InlineData("5f4201")]
        [InlineData("5f420102")]
        [InlineData("5f6161ff")]
        [InlineData("5f5f4101ffff")]
        [InlineData("4201")]
        [InlineData("5bffffffffffffffff00")]
        [InlineData("5a7fffffff00")]
        public void A_byte_string_cut_short_or_of_wrong_chunks_is_refused(string hex) =>
            Assert.False(new CborReader(Convert.FromHexString(hex)).TryReadBytes(out _));

        [Fact]
        public void A_text_string_is_read_as_utf8()
        {
            var reader = new CborReader(Convert.FromHexString("64f09f9491"));
            Assert.True(reader.TryReadText(out var utf8));
            Assert.Equal("🔑", Encoding.UTF8.GetString(utf8));
        }

        [Theory]
        [InlineData("61ff")]
        [InlineData("62c080")]
        [InlineData("7f61c361a9ff")]
        public void Text_that_is_not_utf8_is_refused(string hex) =>
            Assert.False(new CborReader(Convert.FromHexString(hex)).TryReadText(out _));

        [Fact]
        public void Chunks_of_text_are_each_utf8_and_chunks_of_bytes_are_anything()
        {
            var text = new CborReader(Convert.FromHexString("7f61616162ff"));
            Assert.True(text.TryReadText(out var utf8));
            Assert.Equal("ab", Encoding.UTF8.GetString(utf8));
            Assert.True(text.AtEnd);
            var bytes = new CborReader(Convert.FromHexString("5f41ff41c3ff"));
            Assert.True(bytes.TryReadBytes(out var value));
            Assert.Equal([0xFF, 0xC3], value.ToArray());
        }

        [Fact]
        public void Bytes_are_not_text()
        {
            Assert.False(new CborReader([0x41, 0x61]).TryReadText(out _));
            Assert.False(new CborReader([0x61, 0x61]).TryReadBytes(out _));
        }
    }

    public class Maps
    {
        [Theory]
        [InlineData("a201022003")]
        [InlineData("bf01022003ff")]
        [InlineData("a220030102")]
        [InlineData("b8020118022003")]
        public void Entries_are_read_in_turn(string hex)
        {
            var reader = new CborReader(Convert.FromHexString(hex));
            Assert.True(reader.TryStartMap());
            var entries = new SortedDictionary<int, int>();
            while (reader.HasNext)
            {
                Assert.True(reader.TryReadInt32(out var key));
                Assert.True(reader.TryReadInt32(out var value));
                entries.Add(key, value);
            }
            Assert.True(reader.TryEnd());
            Assert.True(reader.AtEnd);
            Assert.Equal([KeyValuePair.Create(-1, 3), KeyValuePair.Create(1, 2)], entries);
        }

        [Theory]
        [InlineData("a201020103")]
        [InlineData("a20102180103")]
        [InlineData("a3010202020102")]
        [InlineData("a3020201020202")]
        [InlineData("a2616101616102")]
        [InlineData("a261610178016102")]
        [InlineData("bf01020102ff")]
        [InlineData("a24101014101f6")]
        [InlineData("a2f401f402")]
        [InlineData("81a201020103")]
        [InlineData("a101a201020103")]
        [InlineData("a302a105040102190002f6")]
        public void A_key_that_comes_twice_is_refused(string hex)
        {
            var reader = new CborReader(Convert.FromHexString(hex));
            Assert.False(reader.TrySkip(out _));
            Assert.False(reader.AtEnd);
        }

        [Theory]
        [InlineData("a403820101020001000209", "an array before it")]
        [InlineData("a4039f0101ff020001000209", "an array of indefinite length before it")]
        [InlineData("a403a10506020001000209", "a map before it")]
        [InlineData("a403bf0506ff020001000209", "a map of indefinite length before it")]
        [InlineData("a4035f4101ff020001000209", "a string in chunks before it")]
        [InlineData("a4030a1801000100", "the same number in two bytes")]
        [InlineData("a27f6161ff01616202", "a key in chunks, which counts as any other text")]
        [InlineData("a2616201" + "7f6161ff02", "a key in chunks behind another text")]
        public void A_key_that_comes_twice_in_a_map_out_of_order_is_refused(string hex, string because) =>
            Assert.False(new CborReader(Convert.FromHexString(hex)).TrySkip(out _), because);

        [Theory]
        [InlineData("a30382020202000100")]
        [InlineData("a3039f0202ff02000100")]
        [InlineData("a303a1020202000100")]
        [InlineData("a303bf0202ff02000100")]
        [InlineData("a3035f4102ff02000100")]
        [InlineData("a303181702000100")]
        [InlineData("a30341020200" + "0100")]
        [InlineData("a303f40200" + "0100")]
        public void A_key_inside_a_value_is_none_of_the_map_around(string hex)
        {
            var reader = new CborReader(Convert.FromHexString(hex));
            Assert.True(reader.TrySkip(out _));
            Assert.True(reader.AtEnd);
        }

        [Theory]
        [InlineData("a0")]
        [InlineData("a301022003616104")]
        [InlineData("a2616101616202")]
        [InlineData("a101a2010201" + "", false)]
        [InlineData("a101a201022003")]
        public void Canonical_form_accepts_keys_in_order(string hex, bool accepted = true) =>
            Assert.Equal(accepted, new CborReader(Convert.FromHexString(hex), canonical: true).TrySkip(out _));

        [Fact]
        public void Equal_content_of_another_type_is_another_key() =>
            Assert.True(new CborReader(Convert.FromHexString("a461610041610001002000")).TrySkip(out _));

        [Theory]
        [InlineData("a220030102")]
        [InlineData("a262616101616201")]
        [InlineData("bf0102ff")]
        [InlineData("9f01ff")]
        public void Canonical_form_refuses_unsorted_keys_and_indefinite_lengths(string hex)
        {
            Assert.True(new CborReader(Convert.FromHexString(hex)).TrySkip(out _));
            Assert.False(new CborReader(Convert.FromHexString(hex), canonical: true).TrySkip(out _));
        }

        [Theory]
        [InlineData("a18001")]
        [InlineData("a1a001")]
        [InlineData("a1c10101")]
        public void A_key_is_no_container_and_has_no_tag(string hex) =>
            Assert.False(new CborReader(Convert.FromHexString(hex)).TrySkip(out _));

        [Theory]
        [InlineData("a1")]
        [InlineData("a101")]
        [InlineData("a20102")]
        [InlineData("bf")]
        [InlineData("bf01ff")]
        [InlineData("bf0102")]
        [InlineData("bb7fffffffffffffff")]
        [InlineData("baffffffff0102")]
        public void A_map_cut_short_is_refused(string hex) => Assert.False(new CborReader(Convert.FromHexString(hex)).TrySkip(out _));

        [Theory]
        [InlineData(64, true)]
        [InlineData(65, false)]
        public void A_map_has_64_entries_at_most(int entries, bool accepted)
        {
            var definite = new List<byte> { 0xB8, (byte)entries };
            var indefinite = new List<byte> { 0xBF };
            for (var i = 0; i < entries; i++)
            {
                definite.AddRange([0x18, (byte)(100 + i), 0]);
                indefinite.AddRange([0x18, (byte)(200 - i), 0]);
            }
            indefinite.Add(0xFF);
            Assert.Equal(accepted, new CborReader(definite.ToArray()).TrySkip(out _));
            Assert.Equal(accepted, new CborReader(indefinite.ToArray()).TrySkip(out _));
        }

        [Theory]
        [InlineData(64, true)]
        [InlineData(65, false)]
        public void A_map_in_order_has_64_entries_at_most_too(int entries, bool accepted)
        {
            var data = new List<byte> { 0xBF };
            for (var i = 0; i < entries; i++)
                data.AddRange([0x18, (byte)(100 + i), 0]);
            data.Add(0xFF);
            Assert.Equal(accepted, new CborReader(data.ToArray()).TrySkip(out _));
            Assert.Equal(accepted, new CborReader([0xB8, (byte)entries, .. new byte[200]]).TryStartMap());
        }

        [Fact]
        public void The_end_comes_after_the_last_entry_only()
        {
            var reader = new CborReader([0xA1, 0x01, 0x02]);
            Assert.True(reader.TryStartMap());
            Assert.True(reader.TryReadInt32(out _));
            Assert.False(reader.TryEnd());
            Assert.False(reader.AtEnd);
        }
    }

    public class Bounds
    {
        [Theory]
        [InlineData(16, true)]
        [InlineData(17, false)]
        [InlineData(60_000, false)]
        public void Nesting_ends_at_16_levels(int depth, bool accepted)
        {
            var data = new byte[depth + 1];
            data.AsSpan(0, depth).Fill(0x81);
            Assert.Equal(accepted, new CborReader(data).TrySkip(out _));
            data.AsSpan(0, depth).Fill(0x9F);
            Assert.False(new CborReader(data).TrySkip(out _));
        }

        [Fact]
        public void An_array_may_be_longer_than_a_map()
        {
            var reader = new CborReader([0x98, 65, .. new byte[65]]);
            Assert.True(reader.TrySkip(out _));
            Assert.True(reader.AtEnd);
        }

        [Theory]
        [InlineData("820102", true)]
        [InlineData("830102", false)]
        [InlineData("9a7fffffff0102", false)]
        [InlineData("9bffffffffffffffff0102", false)]
        public void An_array_of_more_items_than_bytes_is_refused_at_its_head(string hex, bool accepted) =>
            Assert.Equal(accepted, new CborReader(Convert.FromHexString(hex)).TryStartArray());

        [Theory]
        [InlineData("a201020304", true)]
        [InlineData("a2010203", false)]
        [InlineData("a301020304", false)]
        public void A_map_of_more_entries_than_pairs_of_bytes_is_refused_at_its_head(string hex, bool accepted) =>
            Assert.Equal(accepted, new CborReader(Convert.FromHexString(hex)).TryStartMap());

        [Fact]
        public void There_is_no_end_without_a_beginning_nor_after_a_failure()
        {
            Assert.False(new CborReader([]).TryEnd());
            Assert.False(new CborReader([0xFF]).TryEnd());
            var empty = new CborReader([0x80]);
            Assert.True(empty.TryStartArray());
            Assert.False(empty.TryReadInt32(out _));
            Assert.False(empty.TryEnd());
        }

        [Fact]
        public void Skipping_does_not_leave_the_open_container()
        {
            var reader = new CborReader([0x82, 0x80, 0x01]);
            Assert.True(reader.TryStartArray());
            Assert.True(reader.TryStartArray());
            Assert.False(reader.TrySkip(out _));
            Assert.False(reader.AtEnd);
        }

        [Fact]
        public void A_search_for_duplicates_that_never_ends_is_cut_off()
        {
            // Sixteen levels of unsorted maps around a long array: each level would walk the array again for each of its keys.
            var inner = new List<byte> { 0x99, 0x20, 0x00 };
            inner.AddRange(new byte[0x2000]);
            var data = inner.ToArray();
            for (var level = 0; level < 14; level++)
                data = [0xA3, 0x03, .. data, 0x02, 0x00, 0x01, 0x00];
            Assert.False(new CborReader(data).TrySkip(out _));
        }

        [Fact]
        public void Bytes_left_over_are_not_the_end()
        {
            var reader = new CborReader([0x01, 0x02]);
            Assert.True(reader.TryReadInt32(out _));
            Assert.False(reader.AtEnd);
            Assert.Equal(1, reader.Position);
        }

        [Fact]
        public void A_failure_sticks()
        {
            var reader = new CborReader([0x41, 0x01, 0x02]);
            Assert.False(reader.TryReadInt32(out _));
            Assert.False(reader.HasNext);
            Assert.Equal(CborType.None, reader.Peek());
            Assert.False(reader.TryReadBytes(out _));
            Assert.False(reader.TrySkip(out _));
        }

        [Fact]
        public void Random_bytes_never_throw()
        {
            var random = new Random(20260730);
            var data = new byte[64];
            var whole = 0;
            for (var i = 0; i < 200_000; i++)
            {
                random.NextBytes(data);
                data[0] = (byte)(0x80 | (data[0] & 0x3F));
                var reader = new CborReader(data.AsSpan(0, random.Next(65)));
                while (reader.TrySkip(out var raw))
                    whole += raw.Length;
            }
            Assert.True(whole > 0);
        }
    }

    public class Others
    {
        [Fact]
        public void Booleans_and_null_are_read()
        {
            var reader = new CborReader([0x83, 0xF4, 0xF5, 0xF6]);
            Assert.True(reader.TryStartArray());
            Assert.True(reader.TryReadBoolean(out var first));
            Assert.False(first);
            Assert.True(reader.TryReadBoolean(out var second));
            Assert.True(second);
            Assert.Equal(CborType.Null, reader.Peek());
            Assert.True(reader.TryReadNull());
            Assert.True(reader.TryEnd());
            Assert.True(reader.AtEnd);
        }

        [Theory]
        [InlineData("f93c00")]
        [InlineData("fa3f800000")]
        [InlineData("fb3ff0000000000000")]
        [InlineData("f7")]
        [InlineData("f820")]
        [InlineData("f8ff")]
        [InlineData("83f4f6a10182f5f90000")]
        public void Any_item_can_be_skipped_and_seen_raw(string hex)
        {
            var data = Convert.FromHexString(hex);
            var reader = new CborReader(data);
            Assert.True(reader.TrySkip(out var raw));
            Assert.Equal(data, raw.ToArray());
            Assert.True(reader.AtEnd);
        }

        [Theory]
        [InlineData("c001")]
        [InlineData("d9d9f7a0")]
        [InlineData("f81f")]
        [InlineData("f8")]
        [InlineData("fc")]
        [InlineData("ff")]
        [InlineData("82ff01")]
        public void Tags_stray_breaks_and_reserved_values_are_refused(string hex) =>
            Assert.False(new CborReader(Convert.FromHexString(hex)).TrySkip(out _));
    }
}
