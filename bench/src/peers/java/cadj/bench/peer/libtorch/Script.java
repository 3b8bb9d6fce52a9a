package cadj.bench.peer.libtorch;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// A few lines of TorchScript: the way to libtorch's operations that DJL has no method for, such as
/// single gradients.
///
/// libtorch reads scripts from archives of a module's state and source. This writes such an
/// archive, of a module that has no state and one method.
final class Script implements AutoCloseable {
  /// Pickles of an `Operation` with no attributes, and of no constants: protocol 2, then what the
  /// letters say (GLOBAL, EMPTY_TUPLE, NEWOBJ, EMPTY_DICT, BUILD, STOP).
  private static final String STATE = "\u0080\u0002c__torch__\nOperation\n)\u0081}b.";

  private static final String CONSTANTS = "\u0080\u0002).";

  /// Of archives that libtorch 2 writes.
  private static final String FORMAT_VERSION = "10\n";

  private final Model model;
  private final Block block;
  private final ParameterStore parameters;

  /// @param arguments names of the tensors given
  /// @param results number of tensors returned
  /// @param lines the method's body, ending with `return`
  Script(List<String> arguments, int results, String... lines) {
    String result = results == 1 ? "Tensor" : "Tuple[" + "Tensor, ".repeat(results - 1) + "Tensor]";
    String source =
        """
        class Operation(Module):
          __parameters__ = []
          __buffers__ = []
          def forward(self: __torch__.Operation, %s) -> %s:
        %s
        """
            .formatted(
                String.join(", ", arguments.stream().map(name -> name + ": Tensor").toList()),
                result,
                String.join("\n", List.of(lines)).indent(4).stripTrailing());
    model = Model.newInstance("operation", "PyTorch");
    try {
      model.load(new ByteArrayInputStream(archive(source)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (MalformedModelException e) {
      throw new IllegalStateException("libtorch does not read:\n" + source, e);
    }
    block = model.getBlock();
    parameters = new ParameterStore(model.getNDManager(), false);
  }

  private static byte[] archive(String source) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      add(zip, "data.pkl", STATE);
      add(zip, "code/__torch__.py", source);
      add(zip, "constants.pkl", CONSTANTS);
      add(zip, "version", FORMAT_VERSION);
    }
    return bytes.toByteArray();
  }

  private static void add(ZipOutputStream zip, String name, String content) throws IOException {
    zip.putNextEntry(new ZipEntry("operation/" + name));
    zip.write(content.getBytes(StandardCharsets.ISO_8859_1));
    zip.closeEntry();
  }

  NDList run(NDList arguments) {
    return block.forward(parameters, arguments, false);
  }

  @Override
  public void close() {
    model.close();
  }
}
