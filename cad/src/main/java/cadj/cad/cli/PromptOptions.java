package cadj.cad.cli;

import cadj.models.files.ModelFiles;
import cadj.models.prompt.PromptStyle;
import cadj.models.prompt.TextSettings;
import cadj.models.prompt.TextualInversion;
import cadj.models.tokenizer.Cleaning;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that say how a model's prompts become tokens.
final class PromptOptions {
  @Option(
      names = "--tokenizer",
      defaultValue = "transformers",
      paramLabel = "NAME",
      description =
          "What is done to a prompt first: transformers, as today's pipelines do, or openai, which"
              + " repairs mojibake, HTML entities and curly quotes as ftfy does (default:"
              + " ${DEFAULT-VALUE}).")
  private Cleaning cleaning;

  @Option(
      names = "--embedding",
      paramLabel = "FILE",
      description =
          "A word learned by textual inversion, of diffusers' or AUTOMATIC1111's form; prompts use"
              + " it by the name in the file, or the file's name. Repeat for several.")
  private @Nullable List<Path> embeddings;

  @Option(
      names = "--prompt-weights",
      description =
          "Read (word:1.3) as a weight, (word) as 1.1 and [word] as 1/1.1; \\( is a bracket.")
  private boolean weights;

  @Option(
      names = "--long-prompts",
      description =
          "Encode prompts of more than 75 tokens in chunks, as web interfaces do, instead of"
              + " cutting them off.")
  private boolean longPrompts;

  /// What was asked for, as text that pictures carry.
  SequencedMap<String, String> text() {
    SequencedMap<String, String> text = new LinkedHashMap<>();
    if (cleaning != Cleaning.TRANSFORMERS) {
      text.put("tokenizer", cleaning.toString().toLowerCase(Locale.ROOT));
    }
    if (embeddings != null) {
      ArrayNode files = JsonNodeFactory.instance.arrayNode();
      embeddings.forEach(file -> files.add(file.toString()));
      text.put("embeddings", files.toString());
    }
    if (weights) {
      text.put("prompt_weights", "true");
    }
    if (longPrompts) {
      text.put("long_prompts", "true");
    }
    return text;
  }

  /// `model`, reading its prompts so.
  ModelFiles applyTo(ModelFiles model) {
    List<TextualInversion> learned =
        embeddings == null ? List.of() : embeddings.stream().map(TextualInversion::read).toList();
    return model.with(new TextSettings(cleaning, learned, new PromptStyle(longPrompts, weights)));
  }
}
