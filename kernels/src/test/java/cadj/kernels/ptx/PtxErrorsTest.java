package cadj.kernels.ptx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.device.PtxSource;
import cadj.kernels.vectormath.PtxMath;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is refused, message by message; and that whatever the text, there is a message.
final class PtxErrorsTest {
  private static final String HEAD = ".version 6.0\n.target sm_70\n.address_size 64\n";

  private static String message(String text) {
    return assertThrows(
            PtxException.class, () -> PtxParser.parse(PtxSource.of("x.ptx", text)), text)
        .getMessage();
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      value = {
        "'' => x.ptx:1: expected '.version', found the end of the file",
        "hello => x.ptx:1: expected '.version', found 'hello'",
        ".version => x.ptx:1: expected a version such as 6.0, found the end of the file",
        ".version 6 => x.ptx:1: expected a version such as 6.0, found '6'",
        ".version 6.0\\n.entry => x.ptx:2: expected '.target', found '.entry'",
        ".version 6.0\\n.target 70 => x.ptx:2: expected a target such as sm_70, found '70'",
        ".version 6.0\\n.target sm_7 => x.ptx:2: expected a target such as sm_70, found 'sm_7'",
        ".version 6.0\\n"
            + ".target sm_70 => x.ptx:2: expected '.address_size', found the end of the file",
        ".version 6.0\\n"
            + ".target sm_70\\n"
            + ".address_size 32 => x.ptx:3: expected an address size from 64 to 64, found 32",
      })
  void headers(String text, String expected) {
    assertEquals(expected, message(text.replace("\\n", "\n")));
  }

  /// Line 4 of each file.
  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      quoteCharacter = '`',
      value = {
        // characters and words
        "# => x.ptx:4: no PTX starts with '#'",
        "é => x.ptx:4: no PTX starts with U+00E9",
        "\u007f => x.ptx:4: no PTX starts with U+007F",
        "/* … => x.ptx:4: a comment begins here and does not end",
        ".file 1 \"a => x.ptx:4: a string begins here and does not end on this line",
        ". entry => x.ptx:4: expected a word after '.', found U+0020",
        ".% => x.ptx:4: expected a word after '.', found '%'",
        "% => x.ptx:4: expected a register's name after '%', found U+000A",
        // outside of kernels
        "mov => x.ptx:4: expected a directive such as '.entry', '.func' or '.const', found 'mov'",
        ".visible 3 => x.ptx:4: expected a directive such as '.entry', '.func' or '.const', found"
            + " '3'",
        ".tex .u64 t; => x.ptx:4: unknown directive '.tex'",
        ".version 6.0 => x.ptx:4: unknown directive '.version'",
        ".local .u32 x; => x.ptx:4: .local variables are declared in kernels",
        ".loc 1 x => x.ptx:4: expected a line, found 'x'",
        ".file \"a\" => x.ptx:4: expected a file's number, found '\"a\"'",
        ".pragma nounroll; => x.ptx:4: expected a string, found 'nounroll'",
        // variables
        ".const x; => x.ptx:4: expected a type such as '.f32', found 'x'",
        ".const .f33 x; => x.ptx:4: expected a type such as '.f32', found '.f33'",
        ".const .bf16 x; => x.ptx:4: expected a type such as '.f32', found '.bf16'",
        ".const .v4 .f32 x; => x.ptx:4: expected a type such as '.f32', found '.v4'",
        ".const .pred x; => x.ptx:4: a .const variable cannot be '.pred'",
        ".const .f32 3; => x.ptx:4: expected a variable's name, found '3'",
        ".const .f32 _; => x.ptx:4: expected a variable's name, found '_'",
        ".const .f32 x => x.ptx:4: expected ';', found the end of the file",
        ".const .f32 x, ; => x.ptx:4: expected a variable's name, found ';'",
        ".const .f32 x[]; => x.ptx:4: 'x[]' has neither a size nor values",
        ".const .f32 x[0]; => x.ptx:4: expected a size from 1 to 2147483647, found 0",
        ".const .f32 x[1.5]; => x.ptx:4: expected a size, found '1.5'",
        ".const .f32 x[2*2/]; => x.ptx:4: expected a size, found ']'",
        ".const .f32 x[2 % 0]; => x.ptx:4: an expression divides by zero",
        ".const .f32 x[3 - 5]; => x.ptx:4: expected a size from 1 to 2147483647, found -2",
        ".const .f32 x[(2]; => x.ptx:4: expected ')', found ']'",
        ".const .f32 x[(.u32)2]; => x.ptx:4: expected '.s64' or '.u64', found '.u32'",
        ".const .u32 x = nothing+4; => x.ptx:4: expected a number, found 'nothing'",
        ".global .b8 a; .const .f32 x = a; => x.ptx:4: an address does not fit a value of type"
            + " '.f32'",
        ".const .f32 x[4; => x.ptx:4: expected ']', found ';'",
        ".const .align 3 .f32 x; => x.ptx:4: expected a power of two as alignment, found 3",
        ".const .align 512 .f32 x; => x.ptx:4: expected an alignment from 1 to 256, found 512",
        ".const .f32 x[20000]; => x.ptx:4: 'x' takes 80000 bytes of .const memory, more than the"
            + " 65536 there are",
        ".const .f32 x[2000000000][2000000000][2000000000]; => x.ptx:4: 'x' takes 8000000000 bytes"
            + " of .const memory, more than the 65536 there are",
        ".const .f32 x[9000], y[9000]; => x.ptx:4: all up to 'y' takes 72000 bytes of .const"
            + " memory, more than the 65536 there are",
        ".global .b8 x[2000000000]; => x.ptx:4: 'x' takes 2000000000 bytes of .global memory, more"
            + " than the 67108864 there are",
        ".shared .f32 x = 1.0; => x.ptx:4: a .shared variable begins without a value; only .const"
            + " and .global ones have one",
        ".const .f32 x = 1; => x.ptx:4: expected a value of type '.f32', found '1'",
        ".const .u32 x = 1.0; => x.ptx:4: expected a value of type '.u32', found '1.0'",
        ".const .f16 x = 1.0; => x.ptx:4: expected a value of type '.f16', found '1.0'",
        ".const .u64 x = y; => x.ptx:4: expected a number, found 'y'",
        ".const .u32 x[2] = {1, 2, 3}; => x.ptx:4: 3 values for 2 elements",
        ".const .u32 x[] = {1, 2; => x.ptx:4: expected '}', found ';'",
        ".const .u32 x[] = {{{{{{{{{1}}}}}}}}}; => x.ptx:4: braces more than 8 deep",
        ".const .u32 x, x; => x.ptx:4: 'x' is declared already, as a variable at x.ptx:4",
        ".extern .const .u32 x; => x.ptx:4: only .shared variables may be .extern, found '.const'",
        ".extern .shared .u32 x; => x.ptx:4: expected '[', found ';'",
        ".extern .shared .u32 x[4]; => x.ptx:4: expected ']', found '4'",
        // kernels
        ".entry => x.ptx:4: expected a kernel's name, found the end of the file",
        ".entry k; => x.ptx:4: expected '{', found ';'",
        ".entry k(.u32 x) {} => x.ptx:4: expected '.param', found '.u32'",
        ".entry k(.param x) {} => x.ptx:4: expected a type such as '.f32', found 'x'",
        ".entry k(.param .pred x) {} => x.ptx:4: a .param variable cannot be '.pred'",
        ".entry k(.param .u32) {} => x.ptx:4: expected a parameter's name, found ')'",
        ".entry k(.param .u32 x .param .u32 y) {} => x.ptx:4: expected ')', found '.param'",
        ".entry k(.param .u32 x, .param .u64 x) {} => x.ptx:4: 'x' is declared already, as a"
            + " variable at x.ptx:4",
        ".entry k(.param .u8 x[5000]) {} => x.ptx:4: all up to 'x' takes 5000 bytes of .param"
            + " memory, more than the 4096 there are",
        ".entry k() .maxntid {} => x.ptx:4: expected a number of threads, found '{'",
        ".entry k() .maxntid 2048 {} => x.ptx:4: expected a number of threads from 1 to 1024, found"
            + " 2048",
        ".entry k() .maxntid 64, 32 {} => x.ptx:4: .maxntid: a block has at most 1024 threads,"
            + " found 2048",
        ".entry k() .fast {} => x.ptx:4: unknown directive '.fast'",
        ".entry k() {} .entry k() {} => x.ptx:4: 'k' is declared already, as a kernel at x.ptx:4",
        ".const .u32 k; .entry k() {} => x.ptx:4: 'k' is declared already, as a variable at"
            + " x.ptx:4",
        ".entry k() { ret; => x.ptx:4: expected an instruction, a label, a directive or '}', found"
            + " the end of the file",
        ".entry k() { ; } => x.ptx:4: expected an instruction, a label, a directive or '}', found"
            + " ';'",
        ".entry k() {} } => x.ptx:4: expected a directive such as '.entry', '.func' or '.const',"
            + " found '}'",
        // functions
        ".func f() => x.ptx:4: expected ';' or '{', found the end of the file",
        ".func (.reg .f32 %y); => x.ptx:4: expected a function's name, found ';'",
        ".func (.f32 %y) f; => x.ptx:4: expected '.reg', found '.f32'",
        ".func f(.param .pred x); => x.ptx:4: a .param variable cannot be '.pred'",
        ".func f(.param .f32 x) { st.param.f32 [y], 1.0; } => x.ptx:4: unknown register or variable"
            + " 'y'",
        ".section .debug { .b8 1 => x.ptx:4: expected '}', found the end of the file",
        ".loc 1 2 3, function_name => x.ptx:4: expected the label of a function's name, found the"
            + " end of the file",
        ".func f(.reg .u8 %x); => x.ptx:4: a parameter cannot be '.u8'",
        ".func f(.reg .u32 %x<2>); => x.ptx:4: expected ')', found '<'",
        ".func (.reg .u32 %x) f(.reg .u32 %x); => x.ptx:4: '%x' is declared already, as a register"
            + " at x.ptx:4",
        ".func f {} .func f {} => x.ptx:4: 'f' is declared already, as a function at x.ptx:4",
        ".func f; .func f(.reg .u32 %x) {} => x.ptx:4: function 'f' was declared with other"
            + " parameters at x.ptx:4",
      })
  void declarations(String text, String expected) {
    assertEquals(expected, message(HEAD + text + "\n"));
  }

  /// Line 12 of each file, within a kernel, unless the message names another.
  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      quoteCharacter = '`',
      value = {
        // declarations
        ".reg %x; => expected a type such as '.f32', found '%x'",
        ".reg .f33 %x; => expected a type such as '.f32', found '.f33'",
        ".reg .v2 .f32 %x; => expected a type such as '.f32', found '.v2'",
        ".reg .tf32 %x; => expected a type such as '.f32', found '.tf32'",
        ".reg .f32; => expected a register's name, found ';'",
        ".reg .f32 %x => expected ';', found '}'",
        ".reg .f32 %x<0>; => expected a number of registers from 1 to 65536, found 0",
        ".reg .f32 %x<1000000000>; => expected a number of registers from 1 to 65536, found"
            + " 1000000000",
        ".reg .f32 %x<2.5>; => expected a number of registers, found '2.5'",
        ".reg .f32 %x<2; => expected '>', found ';'",
        ".reg .f32 %x<65000>, %y<65000>; => more than 65536 registers",
        ".reg .f32 %a; => '%a' is declared already, as a register at x.ptx:7",
        ".reg .f32 %x<3>, %x1; => '%x1' is declared already, as a register at x.ptx:12",
        ".reg .f32 n; => 'n' is declared already, as a variable at x.ptx:6",
        ".reg .f32 %tid; => '%tid' is a special register; take another name",
        ".reg .f32 %laneid; => '%laneid' is a special register; take another name",
        ".shared .f32 %a; => '%a' is declared already, as a register at x.ptx:7",
        ".shared .f32 t[12288], u; => all up to 'u' takes 49156 bytes of .shared memory, more than"
            + " the 49152 there are",
        ".const .f32 c; => .const variables are declared outside kernels",
        ".global .f32 c; => .global variables are declared outside kernels",
        ".extern .shared .f32 c[]; => '.extern .shared' variables are declared outside kernels",
        ".param .b32 n; { .param .b32 n; } => x.ptx:12: 'n' is declared already, as a variable at"
            + " x.ptx:6",
        ".branchtargets a; => unknown directive '.branchtargets'",
        "l: l: ret; => 'l' is declared already, as a label at x.ptx:12",
        "n: ret; => 'n' is declared already, as a variable at x.ptx:6",
        "%a: ret; => x.ptx:7: '%a' is declared already, as a label at x.ptx:12",
        // instructions
        "ret => expected ';', found '}'",
        "@ret; => unknown register or variable 'ret'",
        "@%p; => expected an instruction, found ';'",
        "@%a ret; => expected a predicate register, found '%a' of type '.b32'",
        "@!%a ret; => expected a predicate register, found '%a' of type '.b32'",
        "@%x ret; => unknown register '%x'",
        "@n ret; => expected a predicate register, found 'n'",
        "@3 ret; => expected a predicate register, found '3'",
        "@%p @%p ret; => expected an instruction, found '@'",
        "bra; => expected a label, found ';'",
        "bra nowhere; => unknown label 'nowhere'",
        "bra n; => unknown label 'n'",
        "bra %a; => unknown label '%a'",
        "bra within; { within: } => unknown label 'within'",
        "mov.u32 %a, %x; => unknown register '%x'",
        "mov.u32 %a, x; => unknown register or variable 'x'",
        "mov.u32 %a, here; here: => expected a register or variable, found 'here', a label",
        "mov.u64 %a, k; => expected a register or variable, found 'k', a kernel",
        "mov.u64 %a, within; within: .branchtargets a; => expected a register or variable, found"
            + " 'within', a list of targets",
        "mov.u32 %a %a; => expected ';', found '%a'",
        "mov.u32 %a,; => expected a register, variable, number, '[address]' or '{group}', found"
            + " ';'",
        "mov.u32 _, 1; => '_' cannot stand here",
        "mov.u32 %a, _; => '_' cannot stand here",
        "mov.u32 %a, %tid; => expected '.x', '.y' or '.z' after '%tid', found ';'",
        "mov.u32 %a, %tid.w; => expected '.x', '.y' or '.z' after '%tid', found '.w'",
        "mov.u32 %a, %a.x; => expected ';', found '.x'",
        "mov.u32 %a, -%a; => expected a number, found '%a'",
        "mov.u32 %a, !%a; => expected a predicate register, found '%a' of type '.b32'",
        "mov.u32 %a, !3; => expected a predicate register, found '3'",
        "mov.u32 %a, n+%a; => expected an address or offset in bytes, found '%a'",
        "mov.u32 %a, (3; => expected ')', found ';'",
        "mov.u32 %a, 3 +; => expected a number, found ';'",
        "brx.idx %a, l; l: => expected a list of targets, found 'l'",
        "brx.idx %a, l; l: .branchtargets m; => unknown label 'm'",
        "setp.eq.u32 %p|, %a, 1; => expected a register, found ','",
        "setp.eq.u32 %p|3, %a, 1; => expected a register, found '3'",
        "setp.eq.u32 %p|n, %a, 1; => expected a register, found 'n'",
        "setp.eq.u32 %p|%tid.x, %a, 1; => expected a register, found '%tid'",
        "ld.u32 %a, [; => expected an address or offset in bytes, found ';'",
        "ld.u32 %a, []; => expected an address or offset in bytes, found ']'",
        "ld.u32 %a, [%a; => expected ']', found ';'",
        "ld.u32 %a, [%a+]; => expected an address or offset in bytes, found ']'",
        "ld.u32 %a, [%a+%a]; => expected an address or offset in bytes, found '%a'",
        "ld.u32 %a, [%a-4]; => expected ']', found '-'",
        "ld.u32 %a, [%a+1.5]; => expected an address or offset in bytes, found '1.5'",
        "ld.u32 %a, [%tid.x]; => expected a register or variable, found '%tid'",
        "ld.u32 %a, [[%a]]; => expected an address or offset in bytes, found '['",
        "ld.u32 %a, [%x]; => unknown register '%x'",
        "ld.v2.u32 {%a, %a, [%a]; => expected a register or number, found '['",
        "ld.v2.u32 {}, [%a]; => expected a register or number, found '}'",
        "ld.v2.u32 {%a, {%a}}, [%a]; => expected a register or number, found '{'",
        "ld.v2 {%a, _}, [%a]; => '_' cannot stand here: its type is not known",
        "mov.b8 {%a, _}, %a; => '_' cannot stand here: its type is not known",
        // numbers
        "mov.u32 %a, 08; => '08' is no number",
        "mov.u32 %a, 5x; => '5x' is no number",
        "mov.u32 %a, 0x; => '0x' is no number",
        "mov.u32 %a, 0xG; => '0xG' is no number",
        "mov.u32 %a, 0b2; => '0b2' is no number",
        "mov.u32 %a, 0f3F8; => '0f3F8' is no number",
        "mov.u32 %a, 0d3F8; => '0d3F8' is no number",
        "mov.u32 %a, 1.2.3; => '1.2.3' is no number",
        "mov.u32 %a, 1e; => '1e' is no number",
        "mov.u32 %a, 1e+; => '1e+' is no number",
        "mov.u32 %a, 1u; => '1u' is no number",
        "mov.u32 %a, 18446744073709551616; => '18446744073709551616' does not fit 64 bits",
        "mov.u32 %a, 0x11112222333344445; => '0x11112222333344445' does not fit 64 bits",
        "mov.u32 %a, 0000000000000000000000000000000000000000000000009; =>"
            + " '0000000000000000000000000000000000000000…' is no number",
        // calls
        "call; => expected a function's name, found ';'",
        "call x; => unknown function 'x'",
        "call k; => unknown function 'k'",
        "call (%v) f, (%v); => expected ',', found 'f'",
        "call (%v), f, %v; => expected '(', found '%v'",
        "call (%v), f, (%v; => expected ')', found ';'",
        "call (%v), f; => 'f' has 1 argument, the call 0",
        "call f, (%v); => 'f' has 1 result, the call 0",
        "call (%v), f, (%v, %v); => 'f' has 1 argument, the call 2",
        "call (%v), f, (%a, %v); => 'f' has 1 argument, the call 2",
        "call (%u), f, (%v); => result 1 of 'f' is '.f32', found '%u' of type '.u32'",
        "call (1.0), f, (%v); => expected a register, found '1.0'",
        "call (%v), f, (%u); => argument 1 of 'f' is '.f32', found '%u' of type '.u32'",
        "call (%v), f, (1); => argument 1 of 'f' is '.f32', found '1'",
        "call (%v), f, (n); => expected a register or number, found 'n'",
        "call (%v), f, (%tid.x); => expected a register or number, found '%tid'",
        "call (%v), f, (%x); => unknown register '%x'",
        "call (%v), %a, (%v), l; => a function's address has 64 bits, found '%a' of type '.b32'",
        "{ .param .b32 m; call (%v), q, (m); } => argument 1 of 'q' is '.b64', found 'm' of 4"
            + " bytes",
        "{ .param .b32 m; call (%v), f, (m); } => expected a register or number, found 'm'",
        "call (%v), g, (%v); => function 'g' is declared but nowhere defined",
        "call h; => x.ptx:4: function 'h' calls itself",
      })
  void bodies(String text, String expected) {
    String place = expected.startsWith("x.ptx:") ? "" : "x.ptx:12: ";
    assertEquals(
        place + expected,
        message(
            HEAD
                + """
                .func h { .reg .pred %p; @%p call h; ret; }
                .func (.reg .f32 %y) g (.reg .f32 %x); .func (.reg .f32 %y) f (.reg .f32 %x) { ret; } .func (.reg .f32 %y) q (.param .b64 x) { ret; }
                .entry k(.param .u32 n) {
                  .reg .b32 %a;
                  .reg .pred %p;
                  .reg .f32 %v;
                  .reg .u32 %u;

                """
                + text
                + "\n}\n"));
  }

  @Test
  void aMissingSemicolonIsToldWhereItIsMissing() {
    assertEquals(
        "x.ptx:5: expected ';', found 'ret'", message(HEAD + ".entry k() {\nexit\n\nret;\n}\n"));
  }

  @Test
  void troubleInALibraryIsToldThere() {
    PtxSource source =
        PtxSource.of("room.ptx", HEAD + ".entry k() { ret; }\n")
            .with(PtxSource.of("lib.ptx", "// first\n.func f { mov.u32 %a, 1; }\n"));
    assertEquals(
        "lib.ptx:2: unknown register '%a'",
        assertThrows(PtxException.class, () -> PtxParser.parse(source)).getMessage());
  }

  @Test
  void functionsThatCallOneAnotherInACircle() {
    assertEquals(
        "x.ptx:5: function 'g' calls itself",
        message(
            HEAD
                + """
                .func g;
                .func f { call g; ret; }
                .func g { call f; ret; }
                .entry k() { call g; ret; }
                """));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "{ ret; ", ".reg .u32 %x; {"})
  void deepScopes(String opening) {
    String message = message(HEAD + ".entry k() {" + opening.repeat(100_000));
    assertEquals("x.ptx:4: braces more than 32 deep", message);
  }

  @Test
  void deepCalls() {
    String functions =
        IntStream.range(0, 10_000)
            .mapToObj(i -> ".func f" + (i + 1) + " { call f" + i + "; ret; }\n")
            .collect(Collectors.joining());
    String message =
        message(HEAD + ".func f0 { ret; }\n" + functions + ".entry k() { call f10000; }\n");
    assertTrue(message.endsWith(": calls more than 64 deep"), message);
  }

  /// 2^40 calls, of nothing, of one instruction, of a register, of a label.
  @ParameterizedTest
  @ValueSource(strings = {"", "exit;", ".reg .u32 %x;", "l:"})
  void callsWithoutNumber(String leaf) {
    String functions =
        IntStream.range(0, 40)
            .mapToObj(i -> ".func f%d { call f%d; call f%d; ret; }\n".formatted(i + 1, i, i))
            .collect(Collectors.joining());
    String message =
        message(
            HEAD + ".func f0 { " + leaf + " ret; }\n" + functions + ".entry k() { call f40; }\n");
    assertTrue(message.endsWith(": with all calls expanded the kernel is too large"), message);
  }

  @Test
  void deepExpressions() {
    assertEquals(
        "x.ptx:4: an expression more than 64 deep",
        message(HEAD + ".const .u32 x = " + "(".repeat(100_000)));
    assertEquals(
        "x.ptx:4: an expression more than 64 deep",
        message(HEAD + ".const .u32 x = " + "-".repeat(100_000)));
  }

  /// Pieces left out, doubled, exchanged, and bytes changed: a tree or a message, nothing else, and
  /// soon.
  @Test
  void mutilatedText() {
    String whole =
        HEAD
            + """
            .func (.reg .f32 %y) exp_f32 (.reg .f32 %x);
            .const .align 16 .f32 table[2][2] = {{1.0, -2.0}, {0f3F800000, 4.0}};
            .extern .shared .align 16 .b8 rest[];
            .func (.param .b32 r) g (.param .align 8 .b8 x[16]);
            .global .u64 names[2] = {generic(table), g};
            .visible .entry k(.param .u64 .ptr .global .align 16 in, .param .u32 n) .maxntid 256 {
              .reg .pred %p, %q;
              .reg .b32 %a, %b<4>;
              .reg .f32 %v;
              .reg .b64 %at;
              .shared .f32 tile[64];
              ld.param.u64 %at, [in+0];
            loop:
              @!%p ld.global.v4.u32 {%b0, %b1, _, %b3}, [%at+16];
              setp.lt.and.u32 %p|%q, %b0, %tid.x, !%q;
              @%q call (%v), exp_f32, (%v);
              { .reg .u32 %a; mov.u32 %a, tile; bra inner; inner: }
              shfl.sync.bfly.b32 %a|%p, %a, 0x1f, 017, -1;
              { .param .align 8 .b8 p0[16]; .param .b32 r0; st.param.b64 [p0+8], %at;
              proto: .callprototype (.param .b32 _) _ (.param .align 8 .b8 _[16]);
              call (r0), %at, (p0), proto; ld.param.b32 %a, [r0]; }
              mov.u32 %a, (1 << 4) | 3 % 2; tex.2d.v4.f32.f32 {%v, %v, %v, %v}, [%at, {%v, %v}];
              brx.idx %a, list; list: .branchtargets loop, loop;
              bra.uni loop;
            }
            .func (.param .b32 r) g (.param .align 8 .b8 x[16]) { .reg .b32 %r; .loc 1 2 3, function_name $L, inlined_at 1 4 5
              ld.param.u32 %r, [x]; ret; }
            """
            + PtxMath.SOURCE.written().substring(0, 3000);
    String[] words = whole.split("(?<=[ \\n,;(){}\\[\\].%|@])|(?=[ \\n,;(){}\\[\\].%|@])");
    SplittableRandom random = new SplittableRandom(5);
    int refused = 0;
    for (int round = 0; round < 4000; round++) {
      String[] changed = words.clone();
      for (int change = 0; change <= random.nextInt(3); change++) {
        int at = random.nextInt(changed.length);
        changed[at] =
            switch (random.nextInt(4)) {
              case 0 -> "";
              case 1 -> changed[at] + changed[at];
              case 2 -> words[random.nextInt(words.length)];
              default -> Character.toString((char) random.nextInt(256));
            };
      }
      String text = String.join("", changed);
      if (random.nextInt(8) == 0) {
        text = text.substring(0, random.nextInt(text.length()));
      }
      try {
        PtxParser.parse(PtxSource.of("x.ptx", text));
      } catch (PtxException expected) {
        refused++;
      } catch (RuntimeException | StackOverflowError e) {
        throw new AssertionError(text, e);
      }
    }
    assertTrue(refused > 1000 && refused < 4000, refused + " of 4000 refused");
  }
}
