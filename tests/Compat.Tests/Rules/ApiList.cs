using System.Text.RegularExpressions;

namespace Compat.Tests.Rules;

/// <summary>The public types of a package, read from its signature list.</summary>
internal sealed class ApiList
{
    private readonly Dictionary<string, ApiType> _types = [];
    private readonly HashSet<string> _valueTypes = ["bool", "byte", "sbyte", "short", "ushort", "int", "uint", "long", "ulong", "float", "double", "nint", "char", "Half"];

    /// <summary>A list with a line "type | kind | member" for each member.</summary>
    public static ApiList ReadTable(string path)
    {
        var list = new ApiList();
        foreach (string[] fields in File.ReadLines(path).Select(line => line.Split(" | ", 3)).Where(fields => fields.Length == 3))
        {
            string name = SignatureText.Tighten(fields[0]);
            if (!list._types.TryGetValue(name, out ApiType? type))
            {
                // The first line of a type has its assembly and its heading.
                list._types[name] = new ApiType(name, Bases(fields[2]));
                continue;
            }

            string member = SignatureText.Normalize(fields[2]);
            type.Members.Add(fields[1] switch { "ctor" => ".ctor" + member, "value" => "value " + SignatureText.Tighten(fields[2]), "invoke" => "invoke " + member, _ => member });
        }

        return list;
    }

    /// <summary>A list with a heading for each type and its members indented below.</summary>
    public static ApiList ReadOutline(string path)
    {
        var list = new ApiList();
        string[] lines = File.ReadAllLines(path);
        foreach (string line in lines.Where(line => Regex.IsMatch(line, "^(struct|enum) ")))
        {
            list._valueTypes.Add(Heading(line).Name);
        }

        ApiType? current = null;
        bool isEnum = false;
        foreach (string line in lines.Where(line => line.Length > 0 && line[0] != '#'))
        {
            string text = line.Split(" // ")[0];
            if (!char.IsWhiteSpace(line[0]))
            {
                current = Heading(text);
                isEnum = text.StartsWith("enum ", StringComparison.Ordinal);
                list._types[current.Name] = current;
            }
            else if (isEnum)
            {
                current!.Members.UnionWith(text.Split(',').Select(value => "value " + SignatureText.Tighten(value)));
            }
            else
            {
                current!.Members.Add(SignatureText.Normalize(list.WithoutAnnotations(text)));
            }
        }

        return list;
    }

    public ApiType? Find(string name) => _types.GetValueOrDefault(name);

    /// <summary>True if the type or one of its bases in the package has the member.</summary>
    public bool Has(ApiType type, string member) => type.Members.Contains(member)
        || type.Bases.Select(Base).Any(ancestor => ancestor != null && Has(ancestor, member));

    /// <summary>A base by how a heading writes it, its members with the arguments in the place of the parameters.</summary>
    private ApiType? Base(string written)
    {
        int open = written.IndexOf('<', StringComparison.Ordinal);
        if (open < 0 || Find(written) is not null)
        {
            return Find(written);
        }

        List<string> arguments = SignatureText.SplitList(written[(open + 1)..^1]);
        ApiType? definition = _types.Values.FirstOrDefault(type => type.Name.StartsWith(written[..(open + 1)], StringComparison.Ordinal)
            && SignatureText.SplitList(type.Name[(open + 1)..^1]).Count == arguments.Count);
        if (definition is null)
        {
            return null;
        }

        List<string> parameters = SignatureText.SplitList(definition.Name[(open + 1)..^1]);
        string Close(string text) => SignatureText.Tighten(Regex.Replace(text, @"\w+", match => parameters.IndexOf(match.Value) is >= 0 and var index ? arguments[index] : match.Value));
        var closed = new ApiType(written, [.. definition.Bases.Select(Close)]);
        closed.Members.UnionWith(definition.Members.Select(Close));
        return closed;
    }

    private static ApiType Heading(string line)
    {
        string text = Regex.Replace(line, "^((sealed|static|abstract|readonly|ref) )*(class|struct|interface|enum|delegate) ", "");
        if (line.StartsWith("delegate ", StringComparison.Ordinal))
        {
            text = Regex.Replace(text, @"^\S+ ", "").Split('(')[0];
        }

        string[] parts = text.Split(" : ", 2);
        return new ApiType(SignatureText.Tighten(parts[0]), parts.Length == 2 ? Bases(" : " + parts[1]) : []);
    }

    private static List<string> Bases(string heading)
    {
        int start = heading.IndexOf(" : ", StringComparison.Ordinal);
        if (start < 0)
        {
            return [];
        }

        string list = heading[(start + 3)..].Split(" where ")[0].Split(" // ")[0];
        return SignatureText.SplitList(SignatureText.Tighten(list));
    }

    // "Tensor?" says that null is allowed, "int?" is another type.
    private string WithoutAnnotations(string text) => Regex.Replace(text, @"([\w.]+)(\[[,\]]*|>)?\?", match => _valueTypes.Contains(match.Groups[1].Value) && !match.Groups[2].Success ? match.Value : match.Value[..^1]);
}
