/// The macro language in which this module's kernels are written, and what makes plain PTX of it:
/// for drivers, the compiler, the emulator and the profiler alike, which lead back from a line of
/// plain PTX to the line that was written.
///
/// A template is PTX with directives, each alone on its line:
///
/// ```
/// .let $tile = 128                     // a value: an integer, or a word such as f32
/// .default $stored = f32               // the same, unless Java says PtxSource.set("stored", "f16")
/// .repeat $i = 0, 4                    // i = 0, 1, 2, 3; a third number is the step
///   fma.rn.f32 %c$(4*i+1), %a$i, %b1, %c$(4*i+1);
/// .end
/// .if $tile == 128 && $stored != f16   // .elif, .else
/// .end
/// .macro stage(at, value)              // a text macro
///   st.shared.f32 [$at], $value;
/// .end
/// .expand stage(%a_put, %x0)           // its body, with the arguments' text put in
/// ```
///
/// In any other line `$name` and `${name}` stand for a value, `$(expression)` for an integer, and
/// `$list(%a, 4, 3)` for `%a4, %a5, %a6`. Expressions have C's operators and precedence, and name
/// values with or without `$`; a name of no value is a word.
///
/// - A value is seen from its line on: in the rest of the file, of the round of a `.repeat`, or of
///   the macro's body; branches of `.if` have no values of their own. A body sees what its caller
///   sees, and `$unique`, the number of the expansion, for labels. An argument is evaluated where
///   it was given.
/// - Macros are known before their line, too, and in all files of a source. Values of a library are
///   seen by the files before it.
/// - A setting that no `.default` takes is an error.
///
/// A `.func` with a body is inlined where it is called: `call (%y), exp_f32, (%x);`. Its registers
/// and labels are the call's own, `ret` jumps to its end, and a guarded call is jumped over. A
/// function sees none of its caller's registers and declares nothing but registers. Functions and
/// declarations of them vanish; a function of a library need not be declared. Prefer functions
/// where values go in and out, and macros where names do.
///
/// Comments vanish, too. Read [PlainText] first: [TemplateParser] makes [Node]s of lines,
/// [MacroExpander] runs them, and [FunctionInliner] does the calls. Imports nothing of cadj.
@NullMarked
package cadj.kernels.macro;

import org.jspecify.annotations.NullMarked;
