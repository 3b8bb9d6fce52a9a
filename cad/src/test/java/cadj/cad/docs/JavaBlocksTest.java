package cadj.cad.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.autograd.ops.Mean;
import cadj.autograd.ops.MseLoss;
import cadj.autograd.ops.Ops;
import cadj.cad.docs.Page.Block;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every `java` block of the documentation compiles and runs, and prints what the page says.
///
/// The blocks of one page are one program, in order: a block may use what those before it declared.
/// One that begins with `package` is a source file of its own. Code stands in the program at the
/// line it has on the page, so that errors name the page's lines.
class JavaBlocksTest {
  /// Languages that a fence may name: any other would pass unseen.
  private static final Set<String> LANGUAGES = Set.of("", "java", "json", "sh", "python");

  private static final String PROGRAM = "Program";

  /// Ends a block's output.
  private static final char END = '\f';

  /// What pages need not import: all of the JDK's base, what users meet of cadj, and operations.
  private static final List<String> PACKAGES =
      List.of(
          "cadj.autograd.graph",
          "cadj.autograd.nn",
          "cadj.cad.attribution",
          "cadj.cad.edit",
          "cadj.cad.generate",
          "cadj.cad.heatmap",
          "cadj.cad.picture",
          "cadj.kernels.device",
          "cadj.kernels.random",
          "cadj.models.denoiser",
          "cadj.models.files",
          "cadj.models.pipeline",
          "cadj.models.scheduler",
          "cadj.tensor",
          "cadj.tensor.memory",
          "cadj.tensor.safetensors",
          "cadj.tensor.shape");

  @TempDir private Path folder;

  static Stream<Page> pages() {
    return Page.all().stream().filter(page -> !page.blocks("java").isEmpty());
  }

  @Test
  void thereAreBlocks() {
    List<String> names = pages().map(Page::name).toList();
    assertTrue(
        names.containsAll(List.of("README.md", "docs/attribution.md", "docs/internals.md")),
        names::toString);
  }

  @Test
  void languagesAreKnown() {
    for (Page page : Page.all()) {
      for (Block block : page.blocks()) {
        assertTrue(
            LANGUAGES.contains(block.language()),
            () -> "%s:%d: %s".formatted(page.name(), block.line() - 1, block.language()));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void compileAndRun(Page page) throws Exception {
    List<Block> steps = new ArrayList<>();
    List<JavaFileObject> sources = new ArrayList<>();
    for (Block block : page.blocks("java")) {
      if (block.code().getFirst().startsWith("package ")) {
        sources.add(new Source(typeName(block), "\n".repeat(block.line() - 1) + text(block)));
      } else {
        steps.add(block);
      }
    }
    sources.add(new Source(PROGRAM, program(steps)));
    compile(page.name(), sources);
    String[] printed = run().split(String.valueOf(END), -1);
    for (int i = 0; i < steps.size(); i++) {
      Block block = steps.get(i);
      if (block.output() != null) {
        assertEquals(block.output(), printed[i], page.name() + ":" + block.line());
      }
    }
  }

  private static String text(Block block) {
    return String.join("\n", block.code());
  }

  private static String typeName(Block block) {
    return text(block).replaceFirst("(?s).*?\\b(?:class|record|interface|enum) (\\w+).*", "$1");
  }

  private static String program(List<Block> steps) {
    StringBuilder out = new StringBuilder("import module java.base; ");
    PACKAGES.forEach(name -> out.append("import ").append(name).append(".*; "));
    Stream.<Class<?>>concat(Ops.ALL.stream(), Stream.of(Mean.class, MseLoss.class))
        .forEach(op -> out.append("import static ").append(op.getName()).append(".*; "));
    out.append("public class ").append(PROGRAM).append(" implements Callable<String> { ");
    out.append("public String call() throws Exception {");
    int line = 1;
    for (Block block : steps) {
      out.append("\n".repeat(block.line() - line)).append(text(block));
      line = block.line() + block.code().size();
      out.append("\nSystem.out.print('\\f');");
    }
    return out.append("return \"\"; } }").toString();
  }

  private void compile(String page, List<JavaFileObject> sources) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    List<String> options =
        List.of(
            "-proc:none",
            "-classpath",
            System.getProperty("java.class.path"),
            "-d",
            folder.toString());
    boolean compiled = compiler.getTask(null, null, found, options, null, sources).call();
    assertTrue(
        compiled,
        () ->
            found.getDiagnostics().stream()
                .map(it -> "%s:%d: %s".formatted(page, it.getLineNumber(), it.getMessage(null)))
                .collect(joining("\n")));
  }

  /// Runs the program.
  ///
  /// @return what it printed
  private String run() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream stdout = System.out;
    Locale locale = Locale.getDefault(Locale.Category.FORMAT);
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
      System.setOut(new PrintStream(out, true, UTF_8));
      Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
      Class<?> program = loader.loadClass(PROGRAM);
      ((Callable<?>) program.getDeclaredConstructor().newInstance()).call();
    } finally {
      System.setOut(stdout);
      Locale.setDefault(Locale.Category.FORMAT, locale);
    }
    return out.toString(UTF_8);
  }

  /// A source file in memory.
  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String type, String text) {
      super(URI.create("page:///" + type + Kind.SOURCE.extension), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
