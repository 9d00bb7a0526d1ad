namespace Idq.Data.Frames;

/// <summary>The classes of version 8 (LIGO-T970130-v1) that this program reads and writes, with the numbers that it gives them.</summary>
static class FrameClasses
{
    /// <summary>The number of the class that begins the definition of another one; the same in every file.</summary>
    public const int HeaderId = 1;

    /// <summary>The number of the class that defines a field of another one; the same in every file.</summary>
    public const int ElementId = 2;

    // A star stands for a pointer to a structure of that class.
    static readonly FrameClass[] All =
    [
        Define("FrSH", HeaderId, "Class", "name STRING|class INT_2U|comment STRING|chkSum INT_4U"),
        Define("FrSE", ElementId, "Field of a class", "name STRING|class STRING|comment STRING|chkSum INT_4U"),
        Define("FrameH", 3, "Frame header",
            "name STRING|run INT_4S|frame INT_4U|dataQuality INT_4U|GTimeS INT_4U|GTimeN INT_4U|ULeapS INT_2U|dt REAL_8|type *FrVect|"
            + "user *FrVect|detectSim *FrDetector|detectProc *FrDetector|history *FrHistory|rawData *FrRawData|procData *FrProcData|"
            + "simData *FrSimData|event *FrEvent|simEvent *FrSimEvent|summaryData *FrSummary|auxData *FrVect|auxTable *FrTable|"
            + "chkSum INT_4U"),
        Define("FrAdcData", 4, "Data of a converter",
            "name STRING|comment STRING|channelGroup INT_4U|channelNumber INT_4U|nBits INT_4U|bias REAL_4|slope REAL_4|units STRING|"
            + "sampleRate REAL_8|timeOffset REAL_8|fShift REAL_8|phase REAL_4|dataValid INT_2U|data *FrVect|aux *FrVect|"
            + "next *FrAdcData|chkSum INT_4U"),
        Define("FrDetector", 5, "Detector",
            "name STRING|prefix CHAR[2]|longitude REAL_8|latitude REAL_8|elevation REAL_4|armXazimuth REAL_4|armYazimuth REAL_4|"
            + "armXaltitude REAL_4|armYaltitude REAL_4|armXmidpoint REAL_4|armYmidpoint REAL_4|localTime INT_4S|aux *FrVect|"
            + "table *FrTable|next *FrDetector|chkSum INT_4U"),
        Define("FrEndOfFile", 6, "End of the file",
            "nFrames INT_4U|nBytes INT_8U|seekTOC INT_8U|chkSumFrHeader INT_4U|chkSum INT_4U|chkSumFile INT_4U"),
        Define("FrEndOfFrame", 7, "End of a frame", "run INT_4S|frame INT_4U|GTimeS INT_4U|GTimeN INT_4U|chkSum INT_4U"),
        Define("FrHistory", 9, "What was done to the data", "name STRING|time INT_4U|comment STRING|next *FrHistory|chkSum INT_4U"),
        Define("FrProcData", 11, "Processed data",
            "name STRING|comment STRING|type INT_2U|subType INT_2U|timeOffset REAL_8|tRange REAL_8|fShift REAL_8|phase REAL_4|"
            + "fRange REAL_8|BW REAL_8|nAuxParam INT_2U|auxParam REAL_8[nAuxParam]|auxParamNames STRING[nAuxParam]|data *FrVect|"
            + "aux *FrVect|table *FrTable|history *FrHistory|next *FrProcData|chkSum INT_4U"),
        Define("FrRawData", 12, "Head of the data of converters",
            "name STRING|firstSer *FrSerData|firstAdc *FrAdcData|firstTable *FrTable|logMsg *FrMsg|more *FrVect|chkSum INT_4U"),
        Define("FrSimData", 14, "Simulated data",
            "name STRING|comment STRING|sampleRate REAL_8|timeOffset REAL_8|fShift REAL_8|phase REAL_4|data *FrVect|input *FrVect|"
            + "table *FrTable|next *FrSimData|chkSum INT_4U"),
        Define("FrTOC", 19, "Table of contents",
            "ULeapS INT_2S|nFrame INT_4U|dataQuality INT_4U[nFrame]|GTimeS INT_4U[nFrame]|GTimeN INT_4U[nFrame]|dt REAL_8[nFrame]|"
            + "runs INT_4S[nFrame]|frame INT_4U[nFrame]|positionH INT_8U[nFrame]|nFirstADC INT_8U[nFrame]|nFirstSer INT_8U[nFrame]|"
            + "nFirstTable INT_8U[nFrame]|nFirstMsg INT_8U[nFrame]|nSH INT_4U|SHid INT_2U[nSH]|SHname STRING[nSH]|nDetector INT_4U|"
            + "nameDetector STRING[nDetector]|positionDetector INT_8U[nDetector]|nStatType INT_4U|nameStat STRING[nStatType]|"
            + "detector STRING[nStatType]|nStatInstance INT_4U[nStatType]|nTotalStat INT_4U|tStart INT_4U[nTotalStat]|"
            + "tEnd INT_4U[nTotalStat]|version INT_4U[nTotalStat]|positionStat INT_8U[nTotalStat]|nADC INT_4U|name STRING[nADC]|"
            + "channelID INT_4U[nADC]|groupID INT_4U[nADC]|positionADC INT_8U[nADC][nFrame]|nProc INT_4U|nameProc STRING[nProc]|"
            + "positionProc INT_8U[nProc][nFrame]|nSim INT_4U|nameSim STRING[nSim]|positionSim INT_8U[nSim][nFrame]|nSer INT_4U|"
            + "nameSer STRING[nSer]|positionSer INT_8U[nSer][nFrame]|nSummary INT_4U|nameSum STRING[nSummary]|"
            + "positionSum INT_8U[nSummary][nFrame]|nEventType INT_4U|nameEvent STRING[nEventType]|nEvent INT_4U[nEventType]|"
            + "nTotalEvent INT_4U|GTimeSEvent INT_4U[nTotalEvent]|GTimeNEvent INT_4U[nTotalEvent]|amplitudeEvent REAL_4[nTotalEvent]|"
            + "positionEvent INT_8U[nTotalEvent]|nSimEventType INT_4U|nameSimEvent STRING[nSimEventType]|"
            + "nSimEvent INT_4U[nSimEventType]|nTotalSEvent INT_4U|GTimeSSim INT_4U[nTotalSEvent]|GTimeNSim INT_4U[nTotalSEvent]|"
            + "amplitudeSimEvent REAL_4[nTotalSEvent]|positionSimEvent INT_8U[nTotalSEvent]|chkSum INT_4U"),
        Define("FrVect", 20, "Samples",
            "name STRING|compress INT_2U|type INT_2U|nData INT_8U|nBytes INT_8U|data CHAR[nBytes]|nDim INT_4U|nx INT_8U[nDim]|"
            + "dx REAL_8[nDim]|startX REAL_8[nDim]|unitX STRING[nDim]|unitY STRING|next *FrVect|chkSum INT_4U"),
    ];

    static readonly Dictionary<string, FrameClass> ByName = All.ToDictionary(c => c.Name, StringComparer.Ordinal);

    /// <summary>The class of a name that this program knows.</summary>
    public static FrameClass Of(string name) => ByName[name];

    /// <summary>The class of a name; null when this program has no use for it.</summary>
    public static FrameClass? Find(string name) => ByName.GetValueOrDefault(name);

    static FrameClass Define(string name, int id, string comment, string fields) =>
        new(name, id, [.. fields.Split('|').Select(f => f.Split(' ')).Select(f => new FrameField(f[0], Type(f[1])))], comment);

    static string Type(string text) => text[0] == '*' ? $"PTR_STRUCT({text[1..]} *)" : text;
}
