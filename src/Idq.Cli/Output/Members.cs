// A JSON object in the making: members keep their order. A table prints it as name=value.
global using Members = System.Collections.Generic.OrderedDictionary<string, object?>;
