package cadj.tensor.json;

import cadj.tensor.file.AtomicFile;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes JSON as Python does with an indent of 2.
public final class JsonText {
  private static final DefaultIndenter INDENT = new DefaultIndenter("  ", "\n");

  private JsonText() {}

  /// The object of `values`: strings, numbers, booleans, null, lists and maps of these.
  public static String of(Map<String, ? extends @Nullable Object> values) {
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter(
            Separators.createDefaultInstance()
                .withObjectFieldValueSpacing(Separators.Spacing.AFTER));
    printer.indentArraysWith(INDENT);
    printer.indentObjectsWith(INDENT);
    try {
      return new ObjectMapper().writer(printer).writeValueAsString(values) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Writes it to a file, as [AtomicFile] does.
  public static void write(Path file, Map<String, ? extends @Nullable Object> values) {
    String text = of(values);
    AtomicFile.write(file, fresh -> Files.writeString(fresh, text));
  }
}
