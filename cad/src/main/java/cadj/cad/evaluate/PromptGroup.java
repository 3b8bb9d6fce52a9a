package cadj.cad.evaluate;

import java.util.List;
import java.util.Map;

/// Prompts that are drawn and counted together.
///
/// @param name such as "captions" or "paraphrases"
/// @param prompts all of them
/// @param ofTarget how many pictures of each prompt that asks for the edited concept
/// @param ofOthers how many of each other prompt
record PromptGroup(String name, List<ProtocolPrompt> prompts, int ofTarget, int ofOthers) {
  static PromptGroup of(
      String name,
      List<Template> templates,
      Map<String, List<String>> words,
      int ofTarget,
      int ofOthers) {
    return new PromptGroup(
        name,
        templates.stream().flatMap(template -> template.prompts(words).stream()).toList(),
        ofTarget,
        ofOthers);
  }

  /// How many pictures of `prompt` when `concept` is edited.
  int pictures(ProtocolPrompt prompt, String concept) {
    return prompt.asksFor(concept) ? ofTarget : ofOthers;
  }
}
