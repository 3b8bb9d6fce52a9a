package cadj.kernels.macro;

import static cadj.kernels.macro.Expanded.directives;
import static cadj.kernels.macro.Expanded.error;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Each directive of a template, what it makes, and what is wrong with it.
final class DirectivesTest {
  @Test
  void values() {
    assertEquals(
        List.of("a 128 129;", "b f32_x tf32.f32;", "c 8, 0f3F800000;", "d -4;", "e f32;"),
        directives(
            """
            .let $tile = 128
            a $tile $(tile+1);
            .let type = f32
            .let $both = t${type}.f32 // a comment, with $nothing
            b ${type}_x $both;
            .let $tile = 4*$(1+1)
            .let $one = 0f3F800000
            /* $more
               $comment */ c $tile, $one;
            .let $minus = -tile/2
            d $minus;
            .let $again = type
            e $again;
            """));
  }

  @Test
  void settings() {
    String template =
        """
        .default $stored = f32
        .default $tile = 64
        .if stored == f16 && $tile > 64
        half $(tile/2);
        .else
        $stored $tile;
        .end
        """;
    assertEquals(List.of("f32 64;"), directives(template));
    assertEquals(List.of("half 64;"), directives(Map.of("stored", "f16", "tile", "128"), template));
    assertEquals(List.of("f16 64;"), directives(Map.of("stored", "f16"), template));
    assertEquals(
        "x.ptx:1: no .default takes the settings [sorted]",
        error(Map.of("sorted", "f16"), template));
  }

  @Test
  void repeats() {
    assertEquals(
        List.of("0 0 9;", "0 1 9;", "1 0 9;", "1 1 9;", "8;", "6;", "end 9;"),
        directives(
            """
            .let $i = 9
            .repeat $k = 0, 2
            .repeat j = 0, k-k+2
            .let $inner = $j
            $k $inner $i;
            .end
            .end
            .repeat $i = 8, 4, -2
            $i;
            .end
            .repeat $i = 3, 3
            never;
            .end
            end $i;
            """));
  }

  @ParameterizedTest
  @CsvSource({"1, one", "2, two", "3, two", "4, many"})
  void choices(String n, String word) {
    assertEquals(
        List.of(word + ";"),
        directives(
            Map.of("n", n),
            """
            .default $n = 1
            .if $n == 1
            .let $word = one
            .elif $n == 2 || n == 3
            .let $word = two
            .else
            .if $n == 4
            .let $word = many
            .end
            .end
            $word;
            """));
  }

  @Test
  void macros() {
    assertEquals(
        List.of(
            "st [%at+4], 1;", "W_3:", "W_4:", "st [{%a, %b}], f(x, y);", "W_6:", "bare;", "bare;"),
        directives(
            """
            .let $two = 2
            .let $one = 1
            .expand stage([%at+$(2*two)], $one)
            .expand twice()
            .expand stage( [{%a, %b}],
                           f(x, y) )
            .expand mark
            .expand bare
            .macro stage(at, $value)
            st $at, $value;
            .end
            .macro mark
            W_$unique:
            .end
            .macro twice()
            .expand mark()
            .expand mark()
            .end
            .macro bare
            .repeat $i = 0, 2
            bare;
            .end
            .end
            """));
  }

  /// A body sees its caller's values; an argument is evaluated where it was given.
  @Test
  void scopesOfMacros() {
    assertEquals(
        List.of("0 1 10 2;", "1 2 20 2;", "5;"),
        directives(
            """
            .macro show(x, i)
            $round $(x) $(10*x) $i;
            .let $round = 77
            .end
            .let $round = 5
            .repeat $i = 0, 2
            .let $round = $i
            .expand show(i+1, 2)
            .end
            $round;
            """));
  }

  @Test
  void lists() {
    assertEquals(
        List.of("{%a4, %a5, %a6}, {}, {%b30};"),
        directives(".let $i = 3\n{$list(%a, i+1, 3)}, {$list(%c, 0, 0)}, {$list(%b$i, 0, 1)};\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "1 + 2 * 3 - 4 / 2 ~ 5",
        "(1 + 2) * 3 % 4 ~ 1",
        "7 % 4 << 2 >> 1 ~ 6",
        "1 | 6 & 3 ~ 3",
        "0x1F - -1 ~ 32",
        "!0 + !5 ~ 1",
        "2 < 3 == 1 ~ 1",
        "2 <= 1 || 3 >= 3 && 4 > 3 ~ 1",
        "word == word ~ 1",
        "word != other ~ 1",
        "$a == %r1.x && a != %r1 ~ 1",
        "0 && 1 / 0 ~ 0",
        "1 || (unknown > 3 || 5 % 0) ~ 1",
        "${n}*n ~ 9",
        "9%n ~ 0",
      })
  void expressions(String expression, String value) {
    assertEquals(
        List.of(value + ";"), directives(".let $a = %r1.x\n.let $n = 3\n$(" + expression + ");\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "$x;~x.ptx:1: unknown value '$x'",
        "$(1+);~x.ptx:1: expected a value in '1+', found nothing",
        "$(1 2);~x.ptx:1: expected an operator in '1 2', found '2'",
        "$(1;~x.ptx:1: '$(1;' is not closed",
        "$(f32+1);~x.ptx:1: expected an integer, found 'f32'",
        "$(1/0);~x.ptx:1: '1/0' divides by 0",
        "$(1<<63);~x.ptx:1: '1<<63' shifts by 63",
        "$(9223372036854775807+1);~x.ptx:1: '9223372036854775807+1' is out of range",
        "$(tile == 3);~x.ptx:1: unknown value 'tile'",
        "$ x;~x.ptx:1: expected a name after '$'",
        "$list(%a, 3);~x.ptx:1: expected $list(name, first, count), found $list(%a, 3)",
        "$list(%a, 3, -1);~x.ptx:1: $list(%a, 3, -1): -1 from 3 on",
        ".let $x~x.ptx:1: expected a name, '=' and a value, found '$x'",
        ".let $x =~x.ptx:1: expected a value in '', found nothing",
        ".let $x = 3 +~x.ptx:1: expected a value in '3 +', found nothing",
        ".let $list = 3~x.ptx:1: $list is taken",
        ".repeat $i = 0~x.ptx:1: expected from, to[, step], found 0",
        ".repeat $i = 0, 1~x.ptx:1: .repeat $i = 0, 1 has no .end",
        ".repeat $i = 0, 1, 0|.end~x.ptx:1: steps of 0",
        "a;|.end~x.ptx:2: .end that closes nothing",
        "a;|.else~x.ptx:2: .else that closes nothing",
        ".if 1|.else|.elif 2|.end~x.ptx:3: expected .end of x.ptx:1, found .elif 2",
        ".repeat $i = 0, 1|.else|.end~x.ptx:2: expected .end of x.ptx:1, found .else",
        ".if x|.end~x.ptx:1: expected an integer, found 'x'",
        "|.expand m(1)~x.ptx:2: unknown macro 'm'",
        ".macro m(a)|.end|.expand m(1, 2)~x.ptx:3: macro 'm' takes 1 arguments, found 2",
        ".macro m(a)|.end|.macro m|.end~x.ptx:3: macro 'm' is defined at x.ptx:1, too",
        ".macro m|$q;|.end|.expand m~x.ptx:2: unknown value '$q', expanded at x.ptx:4",
      })
  void errors(String template, String message) {
    assertEquals(message, error(template.replace('|', '\n')));
  }

  @Test
  void nothingGrowsWithoutEnd() {
    assertEquals(
        "x.ptx:2: expansions more than 64 deep, expanded at x.ptx:2, expanded at x.ptx:2,"
            + " expanded at x.ptx:2",
        error(".macro m(x)\n.expand m($x)\n.end\n.expand m(1)\n"));
    assertEquals(
        "x.ptx:2: the line gets too long",
        error(".macro m(x)\n.expand m($x $x)\n.end\n.expand m(1)\n").replaceFirst(", exp.*", ""));
    assertEquals(
        "x.ptx:1: the template makes more than 262,144 lines",
        error(".repeat $i = 0, 1 << 62\n.end\n"));
    assertEquals(
        "x.ptx:1: '" + "(".repeat(300) + "' is nested too deeply",
        error(".if " + "(".repeat(300) + "\n.end\n"));
  }
}
