package cadj.kernels.emulator.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Conversions of C's printf, as glibc prints them.
class FormatStringTest {
  private static String print(String format, Object... values) {
    Iterator<Object> rest = List.of(values).iterator();
    return new FormatString(
            format,
            bytes ->
                switch (rest.next()) {
                  case Double d -> Double.doubleToRawLongBits(d);
                  case Long l -> l;
                  case Object o -> ((Integer) o).longValue();
                },
            address -> "text" + address)
        .text();
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      quoteCharacter = '`',
      value = {
        "`[%f]` => 2.5 => `[2.500000]`",
        "`[%8.2f]` => -2.675 => `[   -2.67]`",
        "`[%-8.1f]` => 0.25 => `[0.2     ]`",
        "`[%+.0f]` => 2.5 => `[+2]`",
        "`[%08.2f]` => -3.14159 => `[-0003.14]`",
        "`[%e]` => 12345.678 => `[1.234568e+04]`",
        "`[%.2E]` => 0.00012345 => `[1.23E-04]`",
        "`[%.0e]` => 0.0 => `[0e+00]`",
        "`[%g]` => 100000.0 => `[100000]`",
        "`[%g]` => 1000000.0 => `[1e+06]`",
        "`[%g]` => 0.0001 => `[0.0001]`",
        "`[%g]` => 0.00001 => `[1e-05]`",
        "`[%.3g]` => 1234.5 => `[1.23e+03]`",
        "`[%#g]` => 1.0 => `[1.00000]`",
        "`[%g]` => 0.0 => `[0]`",
        "`[%G]` => NaN => `[NAN]`",
        "`[%5.1f]` => -Infinity => `[ -inf]`",
        "`[%a]` => 1.0 => `[0x1p+0]`"
      })
  void floats(String format, double value, String expected) {
    assertEquals(expected, print(format, value));
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      quoteCharacter = '`',
      value = {
        "`[%d]` => -7 => `[-7]`",
        "`[%5d]` => 42 => `[   42]`",
        "`[%-5d]` => 42 => `[42   ]`",
        "`[%05d]` => -42 => `[-0042]`",
        "`[%-05d]` => -42 => `[-42  ]`",
        "`[%+d]` => 42 => `[+42]`",
        "`[% d]` => 42 => `[ 42]`",
        "`[%.4d]` => 42 => `[0042]`",
        "`[%6.4d]` => 42 => `[  0042]`",
        "`[%.0d]` => 0 => `[]`",
        "`[%u]` => -1 => `[4294967295]`",
        "`[%x]` => -1 => `[ffffffff]`",
        "`[%#X]` => 255 => `[0XFF]`",
        "`[%#o]` => 8 => `[010]`",
        "`[%hd]` => 65535 => `[-1]`",
        "`[%hhu]` => 511 => `[255]`",
        "`[%c]` => 65 => `[A]`",
        "`[%3c]` => 65 => `[  A]`",
        "`[%s]` => 7 => `[text7]`",
        "`[%.2s]` => 7 => `[te]`",
        "`[%7s]` => 7 => `[  text7]`",
        "`[%p]` => 255 => `[0xff]`",
        "`[%%]` => 1 => `[%]`",
        "`[%k]` => 1 => `[%k]`",
        "`[%` => 1 => `[%`"
      })
  void others(String format, int value, String expected) {
    assertEquals(expected, print(format, value));
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      quoteCharacter = '`',
      value = {
        "`%lld %llu %lx` => -1 => `-1 18446744073709551615 ffffffffffffffff`",
        "`%zu %jd %ld` => 9223372036854775807 => `9223372036854775807 9223372036854775807"
            + " 9223372036854775807`"
      })
  void longs(String format, long value, String expected) {
    assertEquals(expected, print(format, value, value, value));
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      quoteCharacter = '`',
      value = {
        "`[%*d]` => 5 => `[    7]`",
        "`[%*d]` => -5 => `[7    ]`",
        "`[%.*d]` => 3 => `[007]`"
      })
  void sizesAmongTheValues(String format, int size, String expected) {
    assertEquals(expected, print(format, size, 7));
  }
}
